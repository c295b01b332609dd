#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include <convtune/problem_list.hpp>

namespace convtune {

/// Where the numbers of a DeepBench tuple stand in a line; by default in the order of its sources:
/// w h c n k filter_w filter_h pad_w pad_h stride_w stride_h.
class DeepBenchColumns {
 public:
  static constexpr std::size_t count = 11;

  /// The columns that a heading names, if `line` is one: "w,h,c,n,k,...", others among them.
  static std::optional<DeepBenchColumns> heading(std::string_view line);

  /// Whether `line` holds a tuple: in braces, of std::make_tuple, or numbers alone.
  bool looks_like(std::string_view line) const;

  /// The problem of a tuple. Throws SyntaxError or InvalidProblem.
  ListedProblem parse(std::string_view line) const;

 private:
  std::array<std::size_t, count> place_ = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  bool headed_ = false;
};

}  // namespace convtune
