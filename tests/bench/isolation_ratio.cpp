// Times in this process against times in a worker process, and what a worker costs a tuning.
//
//   isolation_ratio PROGRAM [PROBLEM ...]
//
// PROGRAM is the built convtune, which serves as the worker. Every candidate that is not hopeless
// is timed on both sides, one sample each in turn with the order reversed every round; printed are
// the median of ln(worker / here) as a ratio with its interval (2.5 standard errors). Then whole
// tunings of each problem, in turn here and there.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include <convtune/context.hpp>
#include <convtune/error.hpp>
#include <convtune/statistics.hpp>
#include <kernels/list.hpp>
#include <tuner/isolation.hpp>
#include <tuner/tune.hpp>

#include "track.hpp"

using namespace convtune;

namespace {

constexpr int rounds = 60, tunings = 5;

const char* const usual_problems[] = {
    "fwd.f32.nchw_n1c8i8x8k8f3x3s1x1p1x1d1x1g1",
    "fwd.f32.nchw_n1c64i56x56k64f3x3s1x1p1x1d1x1g1",
    "fwd.f32.nchw_n8c64i56x56k64f3x3s1x1p1x1d1x1g1",
    "bwdw.f32.nchw_n1c256i14x14k256f3x3s1x1p1x1d1x1g1",
};

std::vector<Contender> contenders_of(const ConvProblem& problem, const Device& device) {
  std::vector<Contender> all;
  for (const Implementation* implementation : all_implementations()) {
    if (!backend(implementation->backend()).unavailable().empty()) continue;
    for (const Candidate& each : implementation->offer(problem, device).candidates)
      if (each.slowdown < hopeless_slowdown) all.push_back({implementation, each});
  }
  return all;
}

struct Side {
  Workplace& workplace;
  std::unique_ptr<Trial> trial;
  Track track;

  Side(Workplace& where, const ConvProblem& problem, const Contender& contender,
       const Device& device, const TestData& data)
      : workplace(where),
        trial(where.prepare(problem, contender, device)),
        track(problem, data, device, Protocol::warm, where.memory()) {
    track.enter(*trial, 1e-4);
    for (int i = 0; i < 4; ++i) track.sample(0);
  }
};

void compare(const ConvProblem& problem, const Device& device, Workplace& here, Workplace& there,
             std::vector<double>& all_ratios) {
  const TestData data(problem, DataKind::uniform);
  for (const Contender& contender : contenders_of(problem, device)) {
    Side local(here, problem, contender, device, data);
    Side remote(there, problem, contender, device, data);
    std::vector<double> logs, seconds;
    for (int round = 0; round < rounds; ++round) {
      double times[2] = {};
      for (const int turn : {0, 1}) {
        const int side = (turn + round) % 2;
        times[side] = (side == 0 ? local : remote).track.sample(0);
      }
      logs.push_back(std::log(times[1] / times[0]));
      seconds.push_back(times[0]);
    }
    const PairedDifference difference = paired_difference(logs);
    const double half = 2.5 * difference.standard_error;
    std::printf("  %8.1f us  %.4f [%.4f, %.4f]  %s\n", 1e6 * median(seconds),
                std::exp(difference.median), std::exp(difference.median - half),
                std::exp(difference.median + half), text(contender.candidate).c_str());
    all_ratios.push_back(difference.median);
  }
}

double tuned(const ConvProblem& problem, const Device& device, Workplace& workplace) {
  const std::vector<Contender> contenders = contenders_of(problem, device);
  return tune(problem, contenders, device, {}, workplace).cost_seconds;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    std::fprintf(stderr, "Usage: isolation_ratio PROGRAM [PROBLEM ...]\n");
    return 2;
  }
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  const Device device = probe_device({});
  const auto here = local_workplace();
  const auto there = process_workplace({.command = {arguments[1], "worker"}});
  std::vector<std::string> problems(arguments + 2, arguments + count);
  if (problems.empty()) problems.assign(std::begin(usual_problems), std::end(usual_problems));

  std::vector<double> ratios, costs;
  for (const std::string& each : problems) {
    const ConvProblem problem = parse_problem(each);
    std::printf("%s\n", each.c_str());
    compare(problem, device, *here, *there, ratios);
    std::vector<double> logs, seconds;
    for (int i = 0; i < tunings; ++i) {
      const double local = tuned(problem, device, *here);
      const double remote = tuned(problem, device, *there);
      logs.push_back(std::log(remote / local));
      seconds.push_back(local);
    }
    const PairedDifference difference = paired_difference(logs);
    std::printf("  a tuning: %.3f s here, %.3f times that with a worker (+- %.3f)\n",
                median(seconds), std::exp(difference.median), 2.5 * difference.standard_error);
    costs.push_back(difference.median);
  }
  std::printf("median ratio of times %.4f over %zu candidates; of tunings %.3f\n",
              std::exp(median(ratios)), ratios.size(), std::exp(median(costs)));
}
