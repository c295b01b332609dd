// The race on recorded samples with other settings, to find better ones; convtune replay compares
// it with other rules.
//
//   replay FILE.tsv [z] [min_rounds] [tolerance] [max_rounds]

#include <cstdio>
#include <cstdlib>

#include <tuner/replay.hpp>

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
  const RuleScore score = judge(
      [settings](const Recorded& recorded, std::span<const std::size_t> rounds,
                 std::uint64_t seed) {
        RaceSettings seeded = settings;
        seeded.seed = seed;
        return raced(recorded, rounds, seeded);
      },
      read_recorded_file(argv[1]).problems, 20);
  std::printf("regret: mean %.3f %%, p95 %.2f %%, over 5 %%: %.2f %%, without the worst %.3f %%\n",
              100 * score.regret_mean, 100 * score.regret_p95, 100 * score.over_5_percent,
              100 * score.regret_without_worst);
  std::printf("excess over all samples: %.3f %% [%.3f, %.3f]\n", 100 * score.excess_mean,
              100 * score.excess_low, 100 * score.excess_high);
  std::printf("cost: %.1f calls; clear %.1f %%, of these slower by the tolerance %.2f %%\n",
              score.cost_calls, 100 * score.clear_share, 100 * score.clear_wrong);
}
