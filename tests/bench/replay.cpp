// Replays recorded samples through the race: what it would have chosen, at what cost, and how good
// that was by the rounds it did not see.
//
//   replay FILE.tsv [z] [min_rounds] [tolerance] [max_rounds]
//
// Rounds are permuted, one half decides, the other judges by its medians, then they swap; 20 seeds.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <numeric>
#include <random>

#include "recorded.hpp"

using namespace convtune;

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: replay FILE.tsv [z] [min_rounds] [tolerance] [max_rounds]\n");
    return 2;
  }
  RaceSettings settings;
  if (argc > 2) settings.rule.z = std::atof(argv[2]);
  if (argc > 3) settings.rule.min_rounds = std::atoi(argv[3]);
  if (argc > 4) settings.rule.tolerance = std::atof(argv[4]);
  if (argc > 5) settings.max_rounds = std::atoi(argv[5]);
  const std::vector<Recorded> problems = read_recorded(argv[1]);

  const ReplayScore score = replay(problems, settings, 20);
  std::printf("%zu problems, z %.3g, min_rounds %d, tolerance %.3g, max_rounds %d\n",
              problems.size(), settings.rule.z, settings.rule.min_rounds, settings.rule.tolerance,
              settings.max_rounds);
  std::printf("regret: mean %.3f %%, p95 %.2f %%, over 5 %%: %.2f %%, without the worst %.3f %%\n",
              100 * score.regret_mean, 100 * score.regret_p95, 100 * score.over_five_percent,
              100 * score.regret_without_worst);
  std::printf("all samples of the deciding half: %.3f %%; excess %.3f %% [%.3f, %.3f]\n",
              100 * score.floor_mean, 100 * score.excess_mean, 100 * score.excess_low,
              100 * score.excess_high);
  std::printf("cost: %.1f calls; clear %.1f %%, of these slower by the tolerance %.2f %%\n",
              score.calls, 100 * score.clear, 100 * score.clear_wrong);
}
