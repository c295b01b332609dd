#pragma once

#include <string>
#include <utility>
#include <vector>

#include <report/table.hpp>

namespace convtune {

/// `text` broken between words so that no line is longer than `width` (0: not broken); lines after
/// the first start with `indent` blanks.
std::string wrapped(const std::string& text, std::size_t width, std::size_t indent);

/// Names and values below each other, values aligned and wrapped.
class Facts {
 public:
  /// Left out when `value` is empty.
  void add(std::string name, std::string value);

  std::string str(const Paper& paper) const;

 private:
  std::vector<std::pair<std::string, std::string>> facts_;
};

}  // namespace convtune
