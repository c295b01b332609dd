#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <convtune/implementation.hpp>
#include <convtune/measurement.hpp>
#include <tuner/clock.hpp>
#include <tuner/race.hpp>
#include <tuner/workplace.hpp>

namespace convtune {

/// Why candidates were refused that a later run may still get to; see also out_of_patience.
inline constexpr std::string_view out_of_budget = "the budget ran out before it was timed";

struct TuneSettings {
  RaceSettings race;  ///< its budget counts from the start of tune, checks included
  Protocol protocol = Protocol::warm;
  bool time = true;          ///< false: verify only
  bool at_least_two = true;  ///< whatever the budget, the baseline and one more are timed once
  /// Timed in a process that is started for this and has timed nothing before, where there is one.
  bool fresh_process = false;
  bool gate_slow = true;  ///< refuse what is predicted to take over 20 times the fastest
  /// An implementation that sums by the definition where the candidates run; nullptr: the CPU does.
  /// See sums_on.
  const Implementation* definition = nullptr;
  /// Told the verdicts so far, before anything is timed and whenever a candidate took its process
  /// with it; what is right has no samples yet.
  std::function<void(std::span<const Measurement>)> checked = {};
  std::function<bool()> stop;                        ///< asked between samples and between checks
  std::function<void()> sentinel = {};               ///< the fixed work that tells disturbances
  std::function<void(const std::string&)> progress;  ///< one line for people; may be empty
};

/// What one problem's run found: a Measurement for every contender, in their order, the race's word
/// and whether it was cut short.
struct TuneReport {
  std::vector<Measurement> measurements;
  Confidence confidence = Confidence::none;
  int rounds = 0;
  double cost_seconds = 0;
  bool interrupted = false;
  bool fresh_process = false;  ///< TuneSettings::fresh_process was fulfilled
};

/// Verifies each contender against the reference, races the right ones and checks them once more.
/// Broken contenders become outcomes with reasons, and so does everyone when the tensors do not fit
/// `device.memory_bytes`; throws WorkplaceLost, and otherwise only for bugs and when memory cannot
/// be had all the same. However small the budget is, the baseline and one more are checked and
/// timed once.
TuneReport tune(const ConvProblem& problem, std::span<const Contender> contenders,
                const Device& device, const TuneSettings& settings, Workplace& workplace,
                const Clock& clock = steady_clock());

/// The same in this process.
TuneReport tune(const ConvProblem& problem, std::span<const Contender> contenders,
                const Device& device, const TuneSettings& settings,
                const Clock& clock = steady_clock());

}  // namespace convtune
