// The promise of the race: one tuning answers later questions about workspace and determinism as
// well as a tuning of only the candidates that they allow would. Made-up machines, real race.
#include <cmath>
#include <random>

#include <gmock/gmock.h>

#include <convtune/decision.hpp>
#include <tuner/race.hpp>

namespace convtune {
namespace {

struct Layer {
  std::vector<Candidate> candidates;
  std::vector<double> seconds;
};

// Times within a factor of 2.5 of each other, the workspaces and determinism of a typical offer.
Layer made_layer(std::mt19937_64& random) {
  Layer layer;
  const std::size_t workspaces[] = {0, 0, 4096, 512 << 10, 4 << 20, 64 << 20};
  for (int i = 0; i < 9; ++i) {
    Candidate candidate;
    candidate.implementation = "c" + std::to_string(i);
    candidate.workspace_bytes = workspaces[random() % std::size(workspaces)];
    candidate.deterministic = i == 0 || random() % 4 != 0;
    if (i == 0) candidate.workspace_bytes = 0;  // something always answers
    layer.candidates.push_back(candidate);
    layer.seconds.push_back(1e-3 * std::exp(std::uniform_real_distribution(0.0, 0.9)(random)));
  }
  return layer;
}

struct Raced {
  Run run{.problem = ConvProblem::make(ConvShape{})};
  std::size_t calls = 0;
};

Raced raced(const Layer& layer, const Constraints& constraints, std::mt19937_64& random) {
  std::vector<std::size_t> allowed;
  std::vector<Entrant> entrants;
  std::normal_distribution<double> noise(0, 0.04);
  for (std::size_t i = 0; i < layer.candidates.size(); ++i) {
    const Candidate& candidate = layer.candidates[i];
    if (!objection(candidate, candidate.deterministic, constraints).empty()) continue;
    allowed.push_back(i);
    entrants.push_back({.name = text(candidate),
                        .workspace_bytes = candidate.workspace_bytes,
                        .deterministic = candidate.deterministic,
                        .fastest_call_seconds = layer.seconds[i] * 1.3});
  }
  RaceSettings settings;
  settings.seed = random() | 1;
  double elapsed = 0;
  const RaceResult result = race(
      entrants,
      [&](std::size_t index, int) {
        const double seconds = layer.seconds[allowed[index]] * std::exp(noise(random));
        elapsed += seconds;
        return seconds;
      },
      settings, [&] { return elapsed; });
  Raced raced;
  for (std::size_t i = 0; i < allowed.size(); ++i) {
    Measurement m;
    m.candidate = layer.candidates[allowed[i]];
    m.deterministic_observed = m.candidate.deterministic;
    m.samples = result.samples[i];
    raced.calls += m.samples.size();
    raced.run.measurements.push_back(std::move(m));
  }
  raced.run.verdict = name(result.confidence);
  return raced;
}

// The winner and whoever is tied with it.
std::vector<std::string> winners(const Run& run, const Constraints& constraints) {
  const Run runs[] = {run};
  const Verdict verdict = decide(runs, constraints, DecisionRule{});
  std::vector<std::string> names;
  for (std::size_t i = 0; i < verdict.tied && i < verdict.ranking.size(); ++i)
    names.push_back(text(verdict.ranking[i].measurement->candidate));
  return names;
}

// The same, tied by the samples of either, or tied by the times that they were made from.
bool agree(const Layer& layer, const std::vector<std::string>& a,
           const std::vector<std::string>& b) {
  if (std::ranges::find(b, a.front()) != b.end()) return true;
  if (std::ranges::find(a, b.front()) != a.end()) return true;
  const auto truth = [&](const std::string& winner) {
    const auto found = std::ranges::find(layer.candidates, winner, &Candidate::implementation);
    return layer.seconds[static_cast<std::size_t>(found - layer.candidates.begin())];
  };
  return std::abs(std::log(truth(a.front()) / truth(b.front()))) <
         std::log1p(DecisionRule{}.tolerance);
}

TEST(OneTuning, AnswersLaterConstraintsLikeATuningUnderThem) {
  const Constraints questions[] = {
      {.workspace_limit = 0}, {.workspace_limit = 1 << 20}, {.deterministic = true}};
  constexpr int layers = 200;
  std::mt19937_64 random(7);
  int agreed = 0, asked = 0;
  std::size_t calls_once = 0, calls_again = 0;
  for (int i = 0; i < layers; ++i) {
    const Layer layer = made_layer(random);
    const Raced once = raced(layer, {}, random);
    calls_once += once.calls;
    for (const Constraints& question : questions) {
      const Raced restricted = raced(layer, question, random);
      calls_again += restricted.calls;
      ++asked;
      agreed += agree(layer, winners(once.run, question), winners(restricted.run, question));
    }
  }
  RecordProperty("calls_of_one_tuning", static_cast<int>(calls_once / layers));
  RecordProperty("calls_of_three_restricted", static_cast<int>(calls_again / layers));
  RecordProperty("agreed_per_mille", 1000 * agreed / asked);
  EXPECT_GE(agreed, asked * 95 / 100) << agreed << " of " << asked;
}

}  // namespace
}  // namespace convtune
