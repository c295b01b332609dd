// The benchdnn grammar: keys with numbers in any order, sizes left out are deduced.
#include "benchdnn.hpp"

#include <array>
#include <charconv>
#include <limits>
#include <optional>

#include <convtune/problem_list.hpp>

#include "text_reader.hpp"

namespace convtune {
namespace {

constexpr std::string_view keys[] = {"g",  "mb", "ic", "id", "ih", "iw", "oc", "od",
                                     "oh", "ow", "kd", "kh", "kw", "sd", "sh", "sw",
                                     "pd", "ph", "pw", "dd", "dh", "dw"};
constexpr std::size_t unknown = std::size(keys);

/// The key that stands at the start of `text` with a digit behind it.
std::size_t key_at(std::string_view text) {
  for (std::size_t i = 0; i < std::size(keys); ++i) {
    const std::size_t length = keys[i].size();
    if (text.starts_with(keys[i]) && text.size() > length && text[length] >= '0' &&
        text[length] <= '9')
      return i;
  }
  return unknown;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : in_(text) {}

  BenchdnnDescriptor parse() {
    while (!in_.done()) {
      if (in_.accept("_")) continue;
      if (in_.accept("n")) {
        name();
        break;
      }
      pair();
    }
    counts();
    axes();
    return std::move(read_);
  }

 private:
  void pair() {
    const std::size_t key = key_at(in_.rest());
    if (key == unknown)
      in_.fail("a key and its number (mb, ic, ih, kh, sh, ph, dh, ...) or n and a name");
    if (value_[key]) in_.fail("each key once");
    at_[key] = in_.position();
    in_.accept(keys[key]);
    value_[key] = in_.number();
  }

  /// The rest of the descriptor; "*4" at its end: the layer occurs four times.
  void name() {
    std::string_view name = in_.rest();
    std::size_t start = in_.position();
    if (in_.accept("\"")) {
      ++start;
      name = in_.until("\"");
      if (!in_.accept("\"")) in_.fail("'\"' at the end of the name");
      if (!in_.done()) in_.fail("nothing after the name");
    }
    if (const std::size_t star = name.rfind('*'); star != std::string_view::npos) {
      const std::string_view digits = name.substr(star + 1);
      const auto [end, error] =
          std::from_chars(digits.data(), digits.data() + digits.size(), read_.repeats);
      if (error != std::errc() || end != digits.data() + digits.size() || read_.repeats < 1 ||
          read_.repeats > most_repeats)
        in_.fail_at(start + star + 1, "a number from 1 to 1000000000 after '*' in the name");
      name = name.substr(0, star);
    }
    read_.name = printable(name);
  }

  void counts() {
    ConvShape& shape = read_.shape;
    shape.batch = given("mb").value_or(2);
    shape.groups = given("g").value_or(1);
    shape.in_channels = required("ic");
    shape.out_channels = required("oc");
  }

  /// The outermost axis given decides the rank; axes further in may be left out as a whole.
  void axes() {
    const bool d = present('d'), h = present('h'), w = present('w');
    ConvShape& shape = read_.shape;
    shape.rank = d ? 3 : h ? 2 : 1;
    if (d && h != w)
      in_.fail(std::string("the sizes of ") + (h ? "w" : "h") + ", or neither h nor w");
    if (d)
      shape.axis = {axis('d'), axis(h ? 'h' : 'd'), axis(w ? 'w' : 'd')};
    else if (h)
      shape.axis = {axis('h'), axis(w ? 'w' : 'h')};
    else
      shape.axis = {axis('w')};
  }

  Axis axis(char name) const {
    const auto size = [name](char what) { return std::string{what, name}; };
    Axis axis = {.in = sized(size('i')), .filter = sized(size('k'))};
    axis.stride = given(size('s')).value_or(1);
    if (axis.stride == 0) in_.fail_at(at(size('s')), "a positive stride");
    const std::int64_t dilation = given(size('d')).value_or(0);  // 0 is dense
    if (dilation == largest) in_.fail_at(at(size('d')), "a smaller dilation");
    axis.dilation = dilation + 1;

    const std::optional<std::int64_t> left = given(size('p'));
    if (!extent(size('o'))) {
      axis.pad_left = axis.pad_right = left.value_or(0);
      return axis;
    }
    // The padding in all that the outputs need, which may come out negative.
    const __int128 reach = __int128{axis.dilation} * (axis.filter - 1) + 1;
    const __int128 needed = (__int128{*extent(size('o'))} - 1) * axis.stride + reach - axis.in;
    axis.pad_left = left ? *left : narrow(needed / 2, size('o'));
    axis.pad_right = narrow(needed - axis.pad_left, size('o'));
    return axis;
  }

  std::int64_t narrow(__int128 value, const std::string& key) const {
    if (value > largest || value < -largest)
      in_.fail_at(at(key), "sizes whose padding stays below 2^63");
    return static_cast<std::int64_t>(value);
  }

  bool present(char axis) const {
    return extent({'i', axis}) || extent({'o', axis}) || extent({'k', axis});
  }

  /// A size of 0 counts as left out.
  std::optional<std::int64_t> extent(const std::string& key) const {
    const auto value = given(key);
    return value == 0 ? std::nullopt : value;
  }

  std::int64_t sized(const std::string& key) const {
    const auto value = extent(key);
    if (!value) in_.fail("the size '" + key + "'");
    return *value;
  }

  std::int64_t required(const std::string& key) const {
    const auto value = given(key);
    if (!value) in_.fail("the size '" + key + "'");
    return *value;
  }

  static std::size_t slot(std::string_view key) {
    std::size_t i = 0;
    while (keys[i] != key) ++i;
    return i;
  }
  std::optional<std::int64_t> given(std::string_view key) const { return value_[slot(key)]; }
  std::size_t at(std::string_view key) const { return at_[slot(key)]; }

  static constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
  static constexpr std::int64_t most_repeats = 1'000'000'000;

  TextReader in_;
  BenchdnnDescriptor read_;
  std::array<std::optional<std::int64_t>, std::size(keys)> value_;
  std::array<std::size_t, std::size(keys)> at_{};
};

}  // namespace

BenchdnnDescriptor parse_benchdnn(std::string_view text) {
  return Parser(text).parse();
}

bool looks_like_benchdnn(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of('_'), text.size()));
  return key_at(text) != unknown;
}

}  // namespace convtune
