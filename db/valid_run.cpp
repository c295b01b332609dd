#include "valid_run.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include <convtune/error.hpp>

namespace convtune::db {
namespace {

[[noreturn]] void refuse(const std::string& candidate, const char* why) {
  throw Error(ErrorCode::bad_input,
              fmt::format("A run cannot be stored: its measurement of '{}' {}.", candidate, why));
}

}  // namespace

void require_valid(const Run& run) {
  std::set<std::uint64_t> environments = {0};
  for (const Environment& environment : run.environments) environments.insert(environment.hash());

  std::set<std::string> seen;
  for (const Measurement& measurement : run.measurements) {
    const std::string candidate = text(measurement.candidate);
    if (!environments.contains(measurement.environment))
      refuse(candidate, "names an environment that is not the run's");
    if (measurement.outcome != Outcome::refused && !seen.insert(candidate).second)
      refuse(candidate, "is there twice");
    if (!std::ranges::all_of(measurement.samples, [](const Sample& sample) {
          return std::isfinite(sample.seconds) && sample.seconds >= 0;
        }))
      refuse(candidate, "holds a time that is negative or no number");
  }
}

}  // namespace convtune::db
