// Reads the project's own problem text. Besides the canonical form it takes what people write:
// heads in part or not at all, sizes in any order, defaults left out, one value for all axes.
#include <array>
#include <optional>
#include <vector>

#include <convtune/problem.hpp>

#include "text_reader.hpp"

namespace convtune {
namespace {

constexpr char type_list[] = "a type (f64, f32, f16, bf16, s8, u8 or s32)";
constexpr char layout_list[] = "a layout (nchw, nhwc, any, or three like nchw:krsc:nchw)";

std::optional<Layout> data_layout(std::string_view name) {
  if (name == "nchw") return Layout::channels_first;
  if (name == "nhwc") return Layout::channels_last;
  if (name == "any") return Layout::any;
  return std::nullopt;
}

std::optional<Layout> filter_layout(std::string_view name) {
  if (name == "kcrs") return Layout::channels_first;
  if (name == "krsc") return Layout::channels_last;
  if (name == "any") return Layout::any;
  return std::nullopt;
}

struct Padding {
  std::int64_t left = 0, right = 0;
};

class Parser {
 public:
  explicit Parser(std::string_view text) : in_(text) {}

  ConvShape parse() {
    if (!starts_sizes()) head();
    sizes();
    while (in_.accept("_")) tail();
    if (!in_.done()) in_.fail("a tail ('_flip', '_bias', ...) or the end");
    finish();
    return shape_;
  }

 private:
  bool starts_sizes() const {
    const std::string_view rest = in_.rest();
    return rest.size() >= 2 && keys.find(rest[0]) != std::string_view::npos && rest[1] >= '0' &&
           rest[1] <= '9' && !data_type(rest.substr(0, rest.find_first_of(".:_")));
  }

  /// "fwd.f32.nchw_": each part at most once, in this order, at least one of them.
  void head() {
    enum { directions, types, layouts, nothing } next = directions;
    do {
      const std::size_t start = in_.position();
      const std::string_view first = in_.until(".:_");
      if (const auto found = direction(first); found && next == directions) {
        shape_.direction = *found;
        next = types;
      } else if (const auto type = data_type(first); type && next <= types) {
        read_types(*type);
        next = layouts;
      } else if (const auto layout = data_layout(first); layout && next <= layouts) {
        read_layouts(*layout);
        next = nothing;
      } else {
        in_.fail_at(start, next == directions ? std::string("a direction (fwd, bwdd or bwdw), ") +
                                                    type_list + " or " + layout_list
                           : next == types   ? std::string(type_list) + " or " + layout_list
                           : next == layouts ? std::string(layout_list)
                                             : std::string("nothing more before '_'"));
      }
    } while (in_.accept("."));
    if (!in_.accept("_")) in_.fail(next == nothing ? "'_'" : "'.' or '_'");
  }

  /// The first of the three has been read.
  void read_types(DataType first) {
    shape_.source_type = shape_.filter_type = shape_.destination_type = first;
    if (in_.peek() == ':') {
      shape_.filter_type = next_of(data_type, type_list);
      shape_.destination_type = next_of(data_type, type_list);
    }
    shape_.accumulation = usual_accumulation(first);
  }

  void read_layouts(Layout first) {
    shape_.source_layout = shape_.filter_layout = shape_.destination_layout = first;
    if (in_.peek() != ':') return;
    shape_.filter_layout = next_of(filter_layout, "a filter layout (kcrs, krsc or any)");
    shape_.destination_layout = next_of(data_layout, "a destination layout (nchw, nhwc or any)");
  }

  template <typename Value>
  Value next_of(std::optional<Value> (*value)(std::string_view), const std::string& expected) {
    if (!in_.accept(":")) in_.fail("':' and " + expected);
    const std::size_t start = in_.position();
    const std::optional<Value> found = value(in_.until(".:_"));
    if (!found) in_.fail_at(start, expected);
    return *found;
  }

  void sizes() {
    while (!in_.done() && in_.peek() != '_') {
      const std::size_t key = keys.find(in_.peek());
      if (key == std::string_view::npos) in_.fail(next_size());
      if (seen_[key]) in_.fail("each size once" + left());
      seen_[key] = true;
      at_[key] = in_.position();
      in_.accept(keys.substr(key, 1));
      read_size(keys[key]);
    }
    for (const char required : std::string_view("cikf"))
      if (!seen_[keys.find(required)])
        in_.fail(std::string("the size '") + required + "' (" + meaning(required) + ")");
  }

  void read_size(char key) {
    switch (key) {
      case 'n': shape_.batch = in_.number(); break;
      case 'c': shape_.in_channels = in_.number(); break;
      case 'k': shape_.out_channels = in_.number(); break;
      case 'g': shape_.groups = in_.number(); break;
      case 'i': in_extents_ = numbers(); break;
      case 'f': filter_ = numbers(); break;
      case 's': stride_ = numbers(); break;
      case 'd': dilation_ = numbers(); break;
      case 'p': padding_ = paddings(); break;
      default: break;
    }
  }

  std::vector<std::int64_t> numbers() {
    std::vector<std::int64_t> read = {in_.number()};
    while (in_.accept("x")) read.push_back(in_.number());
    return read;
  }

  std::vector<Padding> paddings() {
    std::vector<Padding> read;
    do {
      const std::int64_t left = in_.number();
      read.push_back({left, in_.accept(":") ? right_padding() : left});
    } while (in_.accept("x"));
    return read;
  }

  /// The canonical form may need a negative one.
  std::int64_t right_padding() { return in_.accept("-") ? -in_.number() : in_.number(); }

  void tail() {
    const std::size_t start = in_.position();
    const std::string_view word = in_.until("_");
    bool* flag = word == "flip"       ? &shape_.flip
                 : word == "unshared" ? &shape_.unshared
                 : word == "constw"   ? &shape_.constant_weights
                 : word == "bias"     ? &shape_.bias
                 : word == "relu"     ? &shape_.relu
                 : word == "acc"      ? &shape_.accumulate
                                      : nullptr;
    if (flag) {
      if (*flag) in_.fail_at(start, "each tail once");
      *flag = true;
      return;
    }
    const auto type = word.starts_with("acc") ? data_type(word.substr(3)) : std::nullopt;
    if (!type || accumulation_read_)
      in_.fail_at(start, "a tail (flip, unshared, constw, acc and a type, bias, relu or acc)");
    shape_.accumulation = *type;
    accumulation_read_ = true;
  }

  /// The number of input extents is the rank; a single value elsewhere holds for every axis.
  void finish() {
    if (in_extents_.size() > 3) in_.fail_at(at_[keys.find('i')], "one, two or three input extents");
    shape_.rank = static_cast<int>(in_extents_.size());
    spread(filter_, 'f', [](Axis& axis, std::int64_t value) { axis.filter = value; });
    spread(stride_, 's', [](Axis& axis, std::int64_t value) { axis.stride = value; });
    spread(dilation_, 'd', [](Axis& axis, std::int64_t value) { axis.dilation = value; });
    spread(in_extents_, 'i', [](Axis& axis, std::int64_t value) { axis.in = value; });
    spread(padding_, 'p', [](Axis& axis, Padding value) {
      axis.pad_left = value.left;
      axis.pad_right = value.right;
    });
  }

  template <typename Value, typename Assign>
  void spread(const std::vector<Value>& values, char key, Assign assign) {
    if (values.empty()) return;
    if (values.size() != 1 && values.size() != in_extents_.size())
      in_.fail_at(at_[keys.find(key)], "one value or as many as input extents (" +
                                           std::to_string(in_extents_.size()) + ")");
    for (std::size_t i = 0; i < in_extents_.size(); ++i)
      assign(shape_.axis[i], values[values.size() == 1 ? 0 : i]);
  }

  std::string missing_keys() const {
    std::string missing;
    for (std::size_t i = 0; i < keys.size(); ++i)
      if (!seen_[i]) missing += (missing.empty() ? "" : " ") + std::string(1, keys[i]);
    return missing;
  }

  std::string next_size() const {
    const std::string missing = missing_keys();
    return missing.empty() ? "'_' or the end" : "one of the sizes " + missing;
  }

  std::string left() const {
    const std::string missing = missing_keys();
    return missing.empty() ? "" : ", left are " + missing;
  }

  static const char* meaning(char key) {
    switch (key) {
      case 'c': return "input channels";
      case 'i': return "input extents";
      case 'k': return "filters";
      default: return "filter extents";
    }
  }

  static constexpr std::string_view keys = "ncikfspdg";

  TextReader in_;
  ConvShape shape_;
  std::array<bool, keys.size()> seen_{};
  std::array<std::size_t, keys.size()> at_{};
  std::vector<std::int64_t> in_extents_, filter_, stride_, dilation_;
  std::vector<Padding> padding_;
  bool accumulation_read_ = false;
};

}  // namespace

ConvProblem parse_problem(std::string_view text) {
  return ConvProblem::make(Parser(text).parse());
}

}  // namespace convtune
