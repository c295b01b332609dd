#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <convtune/error.hpp>

namespace convtune {

/// A text that is not of its grammar: where, what stood there, what was expected.
class SyntaxError : public Error {
 public:
  /// `position` counts from 0 in `text`.
  SyntaxError(std::string_view text, std::size_t position, const std::string& expected);

  std::size_t column() const { return column_; }           ///< counts from 1
  const std::string& finding() const { return finding_; }  ///< the message less the position

 private:
  SyntaxError(std::string_view text, std::size_t position, std::string finding, int);

  std::size_t column_;
  std::string finding_;
};

/// The printable text in quotes, shortened when long.
std::string in_quotes(std::string_view text);

}  // namespace convtune
