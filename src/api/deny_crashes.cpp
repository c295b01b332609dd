#include "deny_crashes.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <convtune/error.hpp>

#include "glob.hpp"

namespace convtune {
namespace {

bool took_its_process(const Measurement& measurement) {
  return measurement.outcome == Outcome::crashed || measurement.outcome == Outcome::timed_out;
}

// Why each time, as far as it takes; the problem's own runs are likely to tell.
std::vector<std::string> crashes_of(const Measurement& measurement, const ConvProblem& problem,
                                    const Store& store) {
  std::vector<ConvProblem> problems = store.problems();
  std::ranges::stable_partition(problems, [&](const ConvProblem& each) { return each == problem; });
  const std::string name = text(measurement.candidate);
  std::vector<std::string> reasons;
  for (const ConvProblem& each : problems)
    for (const Run& run : store.runs(each))
      for (const Measurement& other : run.measurements) {
        if (reasons.size() >= crashes_to_deny) return reasons;
        if (took_its_process(other) && other.environment == measurement.environment &&
            other.candidate.revision == measurement.candidate.revision &&
            text(other.candidate) == name)
          reasons.push_back(other.reason);
      }
  return reasons;
}

void deny_if_due(const Measurement& measurement, const Run& run, Store& store,
                 std::int64_t now_unix, std::vector<std::string>& warnings) {
  const std::vector<std::string> reasons = crashes_of(measurement, run.problem, store);
  if (reasons.size() < crashes_to_deny) return;
  const auto environment = std::ranges::find(run.environments, measurement.environment,
                                             [](const Environment& each) { return each.hash(); });
  Denial denial;
  denial.pattern = literal(text(measurement.candidate));
  denial.range.backend = environment == run.environments.end() ? "" : environment->backend;
  denial.range.environment = measurement.environment;
  denial.reason = fmt::format("took its process with it {} times, last: {}", crashes_to_deny,
                              measurement.reason);
  denial.origin = DenialOrigin::crashed;
  denial.filed_unix = now_unix;
  store.deny(denial);
  warnings.push_back(fmt::format("{} is on the denylist from now on, in this environment: it {}.",
                                 text(measurement.candidate), denial.reason));
}

}  // namespace

void deny_crashes(const Run& run, Store& store, std::int64_t now_unix,
                  std::vector<std::string>& warnings) {
  for (const Measurement& each : run.measurements) {
    if (!took_its_process(each)) continue;
    try {
      deny_if_due(each, run, store, now_unix, warnings);
    } catch (const Error& error) {
      warnings.push_back(fmt::format("{} could not be put on the denylist: {}",
                                     text(each.candidate), error.what()));
    }
  }
}

}  // namespace convtune
