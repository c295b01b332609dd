#include "pairing.hpp"

#include <algorithm>
#include <cmath>

#include "calm.hpp"

namespace convtune {

Subject subject(const Measurement& measurement) {
  return {text(measurement.candidate), measurement.candidate.revision, measurement.environment};
}

Pairing::Pairing(std::span<const Run* const> runs) {
  for (const Run* run : runs)
    for (const Measurement& measurement : run->measurements)
      if (timed(measurement)) subjects_.push_back(subject(measurement));
  std::ranges::sort(subjects_);
  subjects_.erase(std::ranges::unique(subjects_).begin(), subjects_.end());

  for (const Run* run : runs) {
    auto& of_run = rounds_.emplace_back(subjects_.size());
    for (const Measurement& measurement : run->measurements) {
      if (!timed(measurement)) continue;
      Rounds& rounds = of_run[index_of(subject(measurement))];
      for (const Sample& sample : measurement.samples)
        rounds.emplace(sample.round, Timed{.log_seconds = std::log(sample.seconds),
                                           .disturbed = sample.disturbed});
    }
  }
}

std::size_t Pairing::index_of(const Subject& subject) const {
  return static_cast<std::size_t>(std::ranges::lower_bound(subjects_, subject) - subjects_.begin());
}

std::optional<Difference> Pairing::direct(std::size_t leader, std::size_t rival) const {
  CalmValues chosen;
  for (const auto& run : rounds_)
    for (const auto& [round, timed] : run[rival])
      if (const auto found = run[leader].find(round); found != run[leader].end())
        chosen.add(timed.log_seconds - found->second.log_seconds,
                   timed.disturbed || found->second.disturbed);
  const std::vector<double>& logs = chosen.values();
  if (logs.empty()) return std::nullopt;
  return Difference{.paired = paired_difference(logs),
                    .smallest = std::ranges::min(logs),
                    .disturbed = chosen.disturbed()};
}

// Dijkstra's shortest paths with the standard error as length.
std::vector<std::optional<Difference>> Pairing::against(std::size_t leader) const {
  const std::size_t count = subjects_.size();
  std::vector<std::optional<Difference>> best(count);
  best[leader].emplace();
  std::vector<bool> settled(count, false);
  for (std::size_t step = 0; step < count; ++step) {
    std::optional<std::size_t> next;
    for (std::size_t i = 0; i < count; ++i)
      if (!settled[i] && best[i] &&
          (!next || best[i]->paired.standard_error < best[*next]->paired.standard_error))
        next = i;
    if (!next) break;
    settled[*next] = true;
    for (std::size_t i = 0; i < count; ++i) {
      if (settled[i] || (best[i] && !best[i]->linked)) continue;
      const auto edge = direct(*next, i);
      if (!edge) continue;
      Difference chained = *edge;
      if (*next != leader) {
        const PairedDifference& base = best[*next]->paired;
        chained.paired = {
            .median = base.median + edge->paired.median,
            .standard_error = std::hypot(base.standard_error, edge->paired.standard_error),
            .rounds = std::min(base.rounds, edge->paired.rounds)};
        chained.smallest = chained.paired.median;
        chained.disturbed = chained.disturbed || best[*next]->disturbed;
        chained.linked = true;
      }
      if (!best[i] || chained.paired.standard_error < best[i]->paired.standard_error)
        best[i] = chained;
    }
  }
  return best;
}

}  // namespace convtune
