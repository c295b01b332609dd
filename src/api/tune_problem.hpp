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
  const Constraints* only = nullptr;             ///< nobody who may not answer these
  double budget_seconds = 0;                     ///< 0: none
  bool may_race = true;                          ///< false: only what needs no timing
  bool at_least_two = true;                      ///< whatever the budget, two are timed
  std::function<void(const std::string&)> note;  ///< what goes on; may be empty
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

/// What came of timing or checking `contenders`, as a run that can be stored.
Run run_from(const TuneReport& report, const ConvProblem& problem,
             std::span<const Contender> contenders, const TuneSettings& settings,
             std::int64_t started_unix, const Rooms& rooms, Environments& environments);

/// False when it could not be kept, which is said in a warning.
bool add_to(Store& store, Run& run, std::vector<std::string>& warnings);

/// Rows of what the patterns of `options` allow; of everything when there are none.
std::vector<Run> rows_of(const std::vector<Contender>& chosen, const std::vector<Run>& runs,
                         const TuneOptions& options);

/// The best known choice out of `runs` for tune's question, with its baseline and counts filled in.
Tuned answered(const ListedProblem& listed, const std::vector<Run>& runs,
               const TuneOptions& options, const std::vector<Contender>& chosen,
               const std::vector<Listing::Refused>& refusals, const Rooms& rooms);

}  // namespace convtune
