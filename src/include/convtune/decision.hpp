#pragma once

#include <span>
#include <string>
#include <vector>

#include <convtune/choice.hpp>
#include <convtune/measurement.hpp>

namespace convtune {

/// How the rules of a decision are set; the same for the race and for a lookup.
struct DecisionRule {
  double z = 2.5;           ///< standard errors for "slower"; corrects for looking every round
  double tolerance = 0.02;  ///< faster by less is a tie
  int min_rounds = 5;       ///< before anyone is told apart
};

/// What one run says about one eligible candidate against the leader.
struct Standing {
  std::size_t measurement = 0;  ///< index in Run::measurements
  double median_seconds = 0;
  double ratio = 1;  ///< to the leader, paired by round
  double ratio_low = 1, ratio_high = 1;
  bool tied = false;  ///< within the tolerance for sure
  bool out = false;   ///< slower for sure
};

/// The eligible candidates of one run, best first.
struct Decision {
  std::vector<Standing> standings;  ///< empty: nothing eligible
  Confidence confidence = Confidence::none;
};

/// Ranks the measured candidates of `run` that `constraints` allow, by paired comparison, and
/// breaks ties in this order: `incumbent` (candidate text), less workspace, cheaper reorders, exact
/// arithmetic, name.
Decision decide(const Run& run, const Constraints& constraints, const DecisionRule& rule,
                const std::string& incumbent = {});

/// One candidate's place over all runs, linked by candidates that were timed in both.
struct Ranked {
  const Run* run = nullptr;  ///< where its time comes from
  const Measurement* measurement = nullptr;
  double seconds = 0;  ///< as of the leading run
};

/// The answer out of all runs of one problem under one question, and how it came about.
struct Verdict {
  std::vector<Ranked> ranking;  ///< best first; ties ordered by the tie-break
  std::size_t tied = 0;         ///< how many of the first are tied with the winner, it included
  Confidence confidence = Confidence::none;
  std::string reason;      ///< says so when runs had no common candidate
  std::string preference;  ///< what the tie-break preferred the winner for; empty: no tie
};

/// Inside a run by paired times; across runs by ratios to a candidate timed in both; without a link
/// the run of the highest rigour, then the newest, decides. `runs` are all of one problem,
/// already filtered by trust.
Verdict decide(std::span<const Run> runs, const Constraints& constraints, const DecisionRule& rule);

}  // namespace convtune
