#include "entrants.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace convtune {

std::vector<std::size_t> in_order_of_hope(std::span<const Contender> contenders) {
  std::vector<std::size_t> order(contenders.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) {
    const Candidate& candidate = contenders[i].candidate;
    return std::pair(!candidate.baseline, candidate.slowdown);
  });
  return order;
}

Entrant entrant_of(const Candidate& candidate, const Measurement& checked,
                   double fastest_call_seconds) {
  return {.name = text(candidate),
          .workspace_bytes = candidate.workspace_bytes,
          .deterministic = candidate.deterministic && checked.deterministic_observed.value_or(true),
          .precision = candidate.precision,
          .fastest_call_seconds = fastest_call_seconds,
          .reorder_seconds = checked.reorder_source_seconds + checked.reorder_destination_seconds,
          .inexact = candidate.inexact,
          .baseline = candidate.baseline};
}

}  // namespace convtune
