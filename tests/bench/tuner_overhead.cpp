// What the tuner adds to each timed call: a plan that does nothing, timed like any other.
//
//   tuner_overhead

#include <cstdio>
#include <vector>

#include <convtune/statistics.hpp>
#include <tuner/clock.hpp>
#include <tuner/race.hpp>

#include "local_trial.hpp"
#include "track.hpp"

using namespace convtune;

namespace {

class Nothing : public Plan {
 public:
  using Plan::Plan;
  std::string configuration() const override { return {}; }
  void run(const Buffers&) override {}
};

// Median over samples of what one call is said to take when the track expects `call_seconds`.
double nanoseconds(double call_seconds, const ConvProblem& problem, const TestData& data) {
  std::optional<CacheSweep> none;
  LocalTrial nothing(std::make_unique<Nothing>(problem), {}, steady_clock(), none);
  std::vector<double> samples;
  for (int i = 0; i < 500; ++i) {
    // A new track each time: it learns from a sample how many calls the next one takes.
    Track track(problem, data, {}, Protocol::warm);
    track.enter(nothing, call_seconds);
    samples.push_back(track.sample(0));
  }
  return 1e9 * median(samples);
}

}  // namespace

int main() {
  const ConvProblem problem = parse_problem("fwd.f32.nchw_n1c4i6x6k4f3x3s1x1p1x1d1x1g1");
  const TestData data(problem, DataKind::uniform);
  std::printf("one call a sample:         %6.1f ns a call\n", nanoseconds(1e-3, problem, data));
  std::printf("ten calls a sample:        %6.1f ns a call\n", nanoseconds(10e-6, problem, data));
  std::printf("a hundred calls a sample:  %6.1f ns a call\n", nanoseconds(1e-6, problem, data));

  // Between samples, outside every timed interval: order, bookkeeping, the rule.
  RaceSettings settings;
  settings.rigour = Rigour::exhaustive;
  std::vector<Entrant> entrants(10);
  long samples = 0;
  const double start = steady_clock().now();
  for (int race_number = 0; race_number < 50; ++race_number)
    race(
        entrants,
        [&](std::size_t index, int round) {
          ++samples;
          return 1e-3 * (1 + 0.01 * static_cast<double>((index * 7 + round * 13) % 17));
        },
        settings, [] { return 0.0; });
  std::printf("between samples, 10 racing: %5.0f ns a sample\n",
              1e9 * (steady_clock().now() - start) / static_cast<double>(samples));
}
