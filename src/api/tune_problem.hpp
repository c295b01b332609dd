#pragma once

#include <string>
#include <vector>

#include <convtune/tuner.hpp>

#include "offers.hpp"

namespace convtune {

/// What is done to one problem, within what.
struct ProblemTask {
  const ListedProblem& listed;
  const TuneOptions& options;
  const Constraints* only = nullptr;                ///< nobody who may not answer these
  const Store* system = nullptr;                    ///< whose denials hold besides; may be nullptr
  double budget_seconds = 0;                        ///< 0: none
  bool may_promote = true;                          ///< what an older environment found out may do
  bool may_race = true;                             ///< false: only what needs no timing
  bool at_least_two = true;                         ///< whatever the budget, two are timed
  std::function<void(const Offers&)> offered = {};  ///< told before anything is timed
  std::function<void(const std::string&)> note;     ///< what goes on; may be empty
};

struct ProblemResult {
  Tuned tuned;
  std::vector<Run> runs;  ///< all that count here and now, the new one last
  bool skipped = false;   ///< something is to be timed, and it might not
  bool interrupted = false;
  bool stored = true;  ///< false: what was measured could not be kept
};

/// Times what is not known yet of one problem, stores it and answers; with the rigour `confirmed`,
/// times the answer again in a fresh process. `store` nullptr: nothing is kept. What goes wrong
/// with the store becomes a sentence in `warnings`.
ProblemResult tune_problem(const ProblemTask& task, const Rooms& rooms, Environments& environments,
                           Store* store, std::vector<std::string>& warnings);

/// The part of it that races; its rigour is race where `confirmed` is asked for.
ProblemResult race_problem(const ProblemTask& task, const Rooms& rooms, Environments& environments,
                           Store* store, std::vector<std::string>& warnings);

}  // namespace convtune
