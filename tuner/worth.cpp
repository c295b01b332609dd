#include "worth.hpp"

#include <algorithm>
#include <limits>

namespace convtune {
namespace {

constexpr double too_slow_factor = 10;          // times the fastest that is no worse otherwise
constexpr double too_slow_for_any = 100;        // times the fastest of all
constexpr double long_call = 100e-3;            // seconds; noise does not make such a call longer
constexpr double too_slow_if_long = 3;          // times the fastest that is no worse otherwise
constexpr double always_worth_racing = 200e-6;  // seconds; a first call tells little below

double slowest_beside(double fastest, bool no_worse) {
  if (!no_worse) return too_slow_for_any * fastest;
  return std::min(too_slow_factor * fastest, std::max(long_call, too_slow_if_long * fastest));
}

}  // namespace

double slowest_worth_racing(const Entrant& own, std::span<const Entrant> others) {
  double seconds = std::numeric_limits<double>::infinity();
  for (const Entrant& other : others)
    seconds = std::min(seconds, slowest_beside(other.fastest_call_seconds, no_worse(other, own)));
  return std::max(seconds, always_worth_racing);
}

}  // namespace convtune
