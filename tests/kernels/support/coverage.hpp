#pragma once

#include <compare>
#include <map>
#include <string>
#include <string_view>

#include <convtune/problem.hpp>

namespace convtune::testing_support {

/// What an implementation accepts, in problems of the shape files by direction, type and rank.
struct CoverageKey {
  Direction direction = Direction::forward;
  DataType type = DataType::f32;  ///< of the source
  int rank = 2;
  auto operator<=>(const CoverageKey&) const = default;
};
using Coverage = std::map<CoverageKey, int>;

CoverageKey coverage_key(const ConvProblem& problem);
std::string text(const CoverageKey& key);  ///< "fwd f32 2"

/// The rows of coverage.txt about one implementation.
Coverage committed_coverage(std::string_view implementation);

}  // namespace convtune::testing_support
