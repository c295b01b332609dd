#pragma once

#include <string>
#include <vector>

#include <convtune/decision.hpp>

#include "pairing.hpp"

namespace convtune {

/// An eligible candidate among the subjects of a pairing, and what was found about it.
struct Place {
  std::size_t subject = 0;
  const Measurement* measurement = nullptr;
  const Run* run = nullptr;
  double seconds = 0;      ///< as of the first run of the pairing; rank makes it agree with pairs
  double own_seconds = 0;  ///< median of its own samples; rank fills it in
  Difference difference{};
  bool tied = false, out = false;
};

/// True if rows of `run` answer questions with these constraints at all.
bool answers(const Run& run, const Constraints& constraints);

/// Orders `places` best first and says how sure that is. The leader has the smallest time of those
/// that nobody beat for sure, and no rival that is faster round by round; among those tied with it
/// the tie-break decides. `cut`: a budget or an interrupt stopped the race, which may have left
/// somebody out.
Confidence rank(const Pairing& pairing, std::vector<Place>& places, const DecisionRule& rule,
                const std::string& incumbent, bool cut);

/// What the tie-break preferred the first of two tied ones for.
std::string preferred_for(const Place& winner, const Place& next, const std::string& incumbent);

}  // namespace convtune
