#pragma once

#include <string>
#include <vector>

#include <tuner/race.hpp>

namespace convtune {

/// Recorded samples of every candidate of one problem, interleaved by rounds.
struct Recorded {
  std::string problem;
  std::vector<Entrant> entrants;
  std::vector<std::vector<double>> seconds;  ///< by entrant and round

  std::size_t rounds() const;
};

/// Tab-separated: network, problem, type, ordinal, implementation, flops, source and destination
/// reorder, create and first call in microseconds, workspace bytes, times a round in microseconds.
std::vector<Recorded> read_recorded(const std::string& path);

/// How good the race's choices are by rounds that it did not see, over problems and both halves.
struct ReplayScore {
  double regret_mean = 0, regret_p95 = 0, over_five_percent = 0, regret_without_worst = 0;
  double floor_mean = 0;  ///< regret of choosing by all samples of the deciding half
  double excess_mean = 0, excess_low = 0, excess_high = 0;  ///< over that, 95 % over problems
  double calls = 0;                   ///< samples' time in calls of the best candidate
  double clear = 0, clear_wrong = 0;  ///< share; of these, share slower than the tolerance allows
};

ReplayScore replay(const std::vector<Recorded>& problems, const RaceSettings& settings, int seeds);

}  // namespace convtune
