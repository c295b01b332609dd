#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <convtune/choice.hpp>
#include <convtune/decision.hpp>

#include "offers.hpp"

namespace convtune {

/// decide(), where the reference answers only if nothing else may.
Verdict decide_for(std::span<const Run> runs, const Constraints& constraints);

/// The choice that `verdict` makes; it must have one.
Choice measured_choice(const ConvProblem& problem, const Verdict& verdict, Provenance provenance,
                       const Rooms& rooms);

/// What is known of a problem whose question no measured row answers.
struct Untimed {
  std::set<std::string> broken;  ///< candidate text: they are never the answer
  bool otherwise = false;        ///< something was measured, but not as asked
};

/// The contenders in the order in which an answer that nobody measured takes them: what the
/// device's main library takes by itself, then who is likely the least slow, its library's own
/// order deciding among equals, last who is not ranked.
std::vector<const Contender*> in_guess_order(const Offers& offers);

/// What the device's main library takes by itself, within `constraints`; where that is not allowed
/// or does not exist, the first in that order that is. Times nothing; the candidate is empty when
/// nothing may answer.
Choice untimed_choice(const ConvProblem& problem, const Constraints& constraints,
                      const Offers& offers, const Untimed& known, const Rooms& rooms,
                      Environments& environments);

/// True if the candidate answers only because nobody else may, and was not asked for.
bool is_last_resort(const Candidate& candidate, const Constraints& constraints);

/// A choice of nothing, and why.
Choice no_choice(const ConvProblem& problem, const Rooms& rooms, std::string reason);

/// Candidates whose newest verdict in `runs` is that they do not work.
std::set<std::string> broken_in(std::span<const Run> runs);

/// Median of the ratios of two measurements of one run, round by round; nullopt without a common
/// round.
std::optional<double> paired_ratio(const Measurement& numerator, const Measurement& denominator);

}  // namespace convtune
