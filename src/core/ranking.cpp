#include "ranking.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>
#include <tuple>

#include <convtune/comparison.hpp>
#include <convtune/statistics.hpp>

#include "calm.hpp"

namespace convtune {
namespace {

/// Its own times speak against pairs of disturbed rounds, or against those few before another was
/// dropped while it raced on: in these the machine may have stood in its way. The times of who was
/// dropped first are of other rounds, and speak of nothing.
bool doubtful(const Difference& difference, const Place& place, const Place& other,
              const DecisionRule& rule) {
  const auto enough = static_cast<std::size_t>(rule.min_rounds);
  const bool raced_on =
      difference.paired.rounds < rule.min_rounds && place.measurement->samples.size() >= enough;
  const bool weak = raced_on || difference.disturbed;
  const bool as_long = place.measurement->samples.size() >= other.measurement->samples.size();
  return weak && as_long && place.run == other.run && place.own_seconds <= other.own_seconds;
}

bool slower(const Difference& difference, const Place& place, const Place& other,
            const DecisionRule& rule) {
  return slower_for_sure(difference.paired, difference.smallest, rule) &&
         !doubtful(difference, place, other, rule);
}

double own_seconds(const Measurement& measurement) {
  CalmValues values;
  for (const Sample& sample : measurement.samples) values.add(sample.seconds, sample.disturbed);
  return median(values.values());
}

auto tie_break(const Place& place, const std::string& incumbent) {
  const Measurement& m = *place.measurement;
  return std::tuple(incumbent.empty() || text(m.candidate) != incumbent,
                    m.candidate.workspace_bytes,
                    m.reorder_source_seconds + m.reorder_destination_seconds, m.candidate.inexact,
                    m.candidate.precision, text(m.candidate));
}

bool beaten(const Pairing& pairing, const Place& place, const std::vector<Place>& places,
            const DecisionRule& rule) {
  return std::ranges::any_of(places, [&](const Place& other) {
    const auto difference = pairing.direct(other.subject, place.subject);
    return &other != &place && difference && slower(*difference, place, other, rule);
  });
}

struct Lead {
  std::size_t subject = 0;
  bool by_pairs = true;  ///< false: round by round, each of several is faster than the next
};

/// The subject with the smallest time among those that nobody beat for sure, unless another of them
/// beats it round by round: a disturbance that comes and goes moves medians more than it moves
/// pairs. Where that goes in a circle, times decide.
Lead leading(const Pairing& pairing, const std::vector<Place>& places, const DecisionRule& rule) {
  std::vector<Place> unbeaten;
  std::ranges::copy_if(places, std::back_inserter(unbeaten),
                       [&](const Place& place) { return !beaten(pairing, place, places, rule); });
  if (unbeaten.empty()) unbeaten = places;
  const std::size_t fastest =
      std::ranges::min_element(unbeaten, {}, [](const Place& place) {
        return std::tuple(place.seconds, text(place.measurement->candidate));
      })->subject;
  std::set<std::size_t> led = {fastest};
  for (std::size_t leader = fastest;;) {
    const auto differences = pairing.against(leader);
    double largest_lead = 0;
    std::size_t next = leader;
    for (const Place& place : unbeaten) {
      const auto& difference = differences[place.subject];
      if (!difference || difference->paired.rounds < rule.min_rounds) continue;
      if (difference->paired.median >= largest_lead) continue;
      largest_lead = difference->paired.median;
      next = place.subject;
    }
    if (next == leader) return {.subject = leader};
    if (!led.insert(next).second) return {.subject = fastest, .by_pairs = false};
    leader = next;
  }
}

}  // namespace

bool answers(const Run& run, const Constraints& constraints) {
  return run.protocol == constraints.protocol && run.rigour >= constraints.least;
}

Confidence rank(const Pairing& pairing, std::vector<Place>& places, const DecisionRule& rule,
                const std::string& incumbent, bool cut) {
  if (places.empty()) return Confidence::none;
  for (Place& place : places) place.own_seconds = own_seconds(*place.measurement);
  const auto [leader, by_pairs] = leading(pairing, places, rule);
  const auto differences = pairing.against(leader);
  const Place leading_place = *std::ranges::find(places, leader, &Place::subject);
  bool all_tied = true, all_out = true;
  for (Place& place : places) {
    if (place.subject == leader) continue;
    if (const auto& difference = differences[place.subject]) {
      place.difference = *difference;
      place.out = slower(*difference, place, leading_place, rule);
      place.tied = !place.out && tied_for_sure(difference->paired, rule);
      // With rounds enough in common, these say best how the two compare.
      if ((by_pairs || place.tied) && !difference->linked &&
          difference->paired.rounds >= rule.min_rounds)
        place.seconds = leading_place.seconds * std::exp(difference->paired.median);
    }
    // Whoever the race dropped early for another's sake met the leader too seldom for a verdict.
    if (!place.out && !place.tied) place.out = beaten(pairing, place, places, rule);
    all_out = all_out && place.out;
    all_tied = all_tied && (place.out || place.tied);
  }
  std::ranges::sort(places, [&](const Place& a, const Place& b) {
    const bool a_wins = a.tied || a.subject == leader, b_wins = b.tied || b.subject == leader;
    if (a_wins != b_wins) return a_wins;
    if (a_wins) return tie_break(a, incumbent) < tie_break(b, incumbent);
    return std::tuple(a.out, a.difference.paired.median, text(a.measurement->candidate)) <
           std::tuple(b.out, b.difference.paired.median, text(b.measurement->candidate));
  });
  if (cut) return Confidence::budget;
  if (all_out) return Confidence::clear;
  return all_tied ? Confidence::tie : Confidence::unresolved;
}

std::string preferred_for(const Place& winner, const Place& next, const std::string& incumbent) {
  const auto ours = tie_break(winner, incumbent), theirs = tie_break(next, incumbent);
  if (std::get<0>(ours) != std::get<0>(theirs)) return "being the answer before";
  if (std::get<1>(ours) != std::get<1>(theirs)) return "less workspace";
  if (std::get<2>(ours) != std::get<2>(theirs)) return "cheaper reorders";
  if (std::get<3>(ours) != std::get<3>(theirs) || std::get<4>(ours) != std::get<4>(theirs))
    return "more exact arithmetic";
  return "its name, all else being equal";
}

}  // namespace convtune
