// From characters to values, by nlohmann's parser and a counter of what it has read.
#include "json_text.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include <nlohmann/json.hpp>

namespace convtune {
namespace {

constexpr std::size_t deepest = 32, most_values = 4'000'000;

/// An iterator that tells how far it has come.
class Counted {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Counted(const char* at, std::size_t* count) : at_(at), count_(count) {}
  const char& operator*() const { return *at_; }
  Counted& operator++() {
    ++at_;
    ++*count_;
    return *this;
  }
  Counted operator++(int) {
    const Counted before = *this;
    ++*this;
    return before;
  }
  bool operator==(const Counted& other) const { return at_ == other.at_; }
  bool operator!=(const Counted& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  std::size_t* count_;
};

/// Builds values from what the parser meets. Its words say what a callback returns: whether to go
/// on.
class Builder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  Builder(std::string_view text, const std::size_t& read) : text_(text), read_(read) {}

  JsonValue take() { return std::move(root_); }

  bool null() override { return place().second; }
  bool boolean(bool) override { return place().second; }
  bool number_integer(number_integer_t value) override { return number(value); }
  bool number_unsigned(number_unsigned_t value) override {
    const bool small =
        value <= static_cast<number_unsigned_t>(std::numeric_limits<std::int64_t>::max());
    return small ? number(static_cast<std::int64_t>(value)) : place().second;
  }
  bool number_float(number_float_t, const string_t&) override { return place().second; }
  bool string(string_t& value) override {
    const auto [made, fine] = place();
    made->kind = JsonValue::Kind::text;
    // Escaped texts are longer than what they say; then the end has to do.
    const std::size_t start = read_ < value.size() + 2 ? 0 : read_ - value.size() - 2;
    made->position = text_[start] == '"' ? start : read_ - 1;
    made->text = std::move(value);
    return fine;
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(JsonValue::Kind::object); }
  bool start_array(std::size_t) override { return open(JsonValue::Kind::list); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    open_.back()->members.push_back({.name = std::move(name), .value = {}});
    return true;
  }
  bool parse_error(std::size_t, const std::string&,
                   const nlohmann::json::exception& error) override {
    std::string what = error.what();
    const std::size_t start = what.find("syntax error");
    if (start != std::string::npos) what = what.substr(start);
    for (const char* const early : {"unexpected end of input", "missing closing quote"})
      if (what.find(early) != std::string::npos) throw JsonError{read_, "the JSON ends too early"};
    const auto printable = [](char byte) { return byte >= ' ' && byte < 0x7F ? byte : '?'; };
    std::ranges::transform(what, what.begin(), printable);
    if (what.size() > 200) what = what.substr(0, 200) + "...";
    throw JsonError{read_ == 0 ? 0 : read_ - 1, what};
  }

 private:
  /// Where the next value belongs, and whether there may be one more.
  std::pair<JsonValue*, bool> place() {
    if (++values_ > most_values) throw JsonError{read_, "more than 4 million values"};
    JsonValue* made = &root_;
    if (!open_.empty()) {
      JsonValue& parent = *open_.back();
      made = parent.kind == JsonValue::Kind::list ? &parent.elements.emplace_back()
                                                  : &parent.members.back().value;
    }
    made->position = read_ == 0 ? 0 : read_ - 1;
    return {made, true};
  }

  bool number(std::int64_t value) {
    JsonValue& made = *place().first;
    made.kind = JsonValue::Kind::whole;
    made.whole = value;
    return true;
  }

  bool open(JsonValue::Kind kind) {
    if (open_.size() >= deepest) throw JsonError{read_ - 1, "nested more than 32 deep"};
    JsonValue* const made = place().first;
    made->kind = kind;
    open_.push_back(made);
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  std::string_view text_;
  const std::size_t& read_;
  JsonValue root_;
  std::vector<JsonValue*> open_;  ///< from the outermost in; what they hold grows at its end only
  std::size_t values_ = 0;
};

}  // namespace

const JsonValue* JsonValue::member(std::string_view name) const {
  for (const JsonMember& each : members)
    if (each.name == name) return &each.value;
  return nullptr;
}

JsonValue parse_json(std::string_view text, std::size_t& position) {
  Builder builder(text, position);
  (void)nlohmann::json::sax_parse(Counted(text.data() + position, &position),
                                  Counted(text.data() + text.size(), &position), &builder,
                                  nlohmann::json::input_format_t::json, false);
  return builder.take();
}

bool looks_like_json(std::string_view content) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t first = content.find_first_not_of(blanks);
  if (first == std::string_view::npos) return false;
  const std::size_t second = content.find_first_not_of(blanks, first + 1);
  const char next = second == std::string_view::npos ? '\0' : content[second];
  if (content[first] != '{' && content[first] != '[') return false;
  if (next == '\0') return true;  // it ends too early, which is said better than that nothing fits
  if (content[first] == '{') return next == '"' || next == '}';
  return next == '{' || next == '"' || next == '[' || next == ']';
}

}  // namespace convtune
