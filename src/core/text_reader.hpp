#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "syntax_error.hpp"

namespace convtune {

/// A position in a text that is read from left to right.
class TextReader {
 public:
  explicit TextReader(std::string_view text) : text_(text) {}

  bool done() const { return position_ == text_.size(); }
  std::size_t position() const { return position_; }
  std::string_view rest() const { return text_.substr(position_); }
  char peek() const { return done() ? '\0' : text_[position_]; }
  bool at_digit() const { return peek() >= '0' && peek() <= '9'; }

  /// Passes `expected` if it stands here.
  bool accept(std::string_view expected) {
    if (!rest().starts_with(expected)) return false;
    position_ += expected.size();
    return true;
  }

  /// Goes to `position`, which lies within the text.
  void skip(std::size_t position) { position_ = position; }

  /// The text up to, not with, the next of `stops` or the end.
  std::string_view until(std::string_view stops) {
    const std::string_view passed = rest().substr(0, rest().find_first_of(stops));
    position_ += passed.size();
    return passed;
  }

  /// A non-negative integer below 2^63.
  std::int64_t number();

  [[noreturn]] void fail(const std::string& expected) const { fail_at(position_, expected); }
  [[noreturn]] void fail_at(std::size_t position, const std::string& expected) const {
    throw SyntaxError(text_, position, expected);
  }

 private:
  std::string_view text_;
  std::size_t position_ = 0;
};

}  // namespace convtune
