// Does one tuning answer later questions about workspace and determinism like a tuning under them?
//   promise PROBLEMS...     promise layers.txt
// Tunes every problem once without constraints and once under each constraint, and counts how often
// the answers are the same or tied. The cost is in timed calls.
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <omp.h>

#include <convtune/context.hpp>
#include <convtune/decision.hpp>
#include <convtune/problem_list.hpp>
#include <kernels/list.hpp>
#include <tuner/tune.hpp>

using namespace convtune;

namespace {

struct Question {
  const char* name;
  Constraints constraints;
};

std::vector<Contender> contenders_for(const ConvProblem& problem, const Device& device) {
  std::vector<Contender> contenders;
  for (const Implementation* implementation : all_implementations())
    for (Candidate& candidate : implementation->offer(problem, device).candidates)
      contenders.push_back({implementation, std::move(candidate)});
  return contenders;
}

struct Tuning {
  Run run;
  std::size_t calls = 0;
};

Tuning tuning(const ConvProblem& problem, const std::vector<Contender>& contenders,
              const Device& device) {
  static std::uint64_t seed = 1;
  TuneSettings settings;
  settings.race.seed = seed++;
  TuneReport report = tune(problem, contenders, device, settings);
  Tuning done{.run = {.problem = problem}};
  for (const Measurement& m : report.measurements) done.calls += m.samples.size();
  done.run.measurements = std::move(report.measurements);
  done.run.verdict = name(report.confidence);
  return done;
}

std::vector<std::string> winners(const Run& run, const Constraints& constraints) {
  const Run runs[] = {run};
  const Verdict verdict = decide(runs, constraints, DecisionRule{});
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(verdict.tied, verdict.ranking.size()); ++i)
    names.push_back(text(verdict.ranking[i].measurement->candidate));
  return names;
}

bool agree(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  if (a.empty() || b.empty()) return a.empty() && b.empty();
  return std::ranges::find(b, a.front()) != b.end() || std::ranges::find(a, b.front()) != a.end();
}

}  // namespace

int main(int argc, char** argv) {
  const Question questions[] = {{"--workspace-limit 0", {.workspace_limit = 0}},
                                {"--workspace-limit 1MiB", {.workspace_limit = 1 << 20}},
                                {"--deterministic", {.deterministic = true}}};
  const Device device = probe_device({});
  omp_set_num_threads(device.threads);
  std::size_t once = 0, restricted = 0, asked = 0, agreed = 0;
  for (int i = 1; i < argc; ++i)
    for (const ListedProblem& listed : read_source(argv[i]).problems) {
      const ConvProblem& problem = listed.problem;
      fmt::print(stderr, "{}\n", text(problem));
      const std::vector<Contender> all = contenders_for(problem, device);
      const Tuning free = tuning(problem, all, device);
      once += free.calls;
      for (const auto& [name, constraints] : questions) {
        std::vector<Contender> allowed;
        std::ranges::copy_if(all, std::back_inserter(allowed), [&](const Contender& each) {
          return objection(each.candidate, std::nullopt, constraints).empty();
        });
        const Tuning under = tuning(problem, allowed, device);
        restricted += under.calls;
        const auto ours = winners(free.run, constraints), theirs = winners(under.run, constraints);
        const bool same = agree(ours, theirs);
        ++asked;
        agreed += same;
        if (!same)
          fmt::print("{} {}: {} against {}\n", text(problem), name,
                     ours.empty() ? "nothing" : ours.front(),
                     theirs.empty() ? "nothing" : theirs.front());
      }
    }
  fmt::print("{} of {} answers agree; {} threads\n", agreed, asked, device.threads);
  fmt::print("timed calls: {} for one tuning of each, {} for three under constraints\n", once,
             restricted);
}
