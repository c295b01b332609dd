#include "answer.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include <convtune/statistics.hpp>

#include "promotion.hpp"
#include "why_not.hpp"

namespace convtune {
namespace {

const std::string reference_tag = "reference";

std::vector<double> seconds_of(const Measurement& measurement) {
  std::vector<double> seconds;
  for (const Sample& sample : measurement.samples) seconds.push_back(sample.seconds);
  return seconds;
}

std::string hexadecimal(std::uint64_t hash) {
  return fmt::format("{:016x}", hash);
}

void describe(const Candidate& candidate, Choice& choice) {
  choice.candidate = text(candidate);
  choice.implementation = candidate.implementation;
  choice.layouts = candidate.layouts;
  choice.workspace_bytes = candidate.workspace_bytes;
  choice.precision = candidate.precision;
}

// Why one answers that no heuristic names. `library`: the first in the guesses' order.
std::string stands_in(const Contender& chosen, const Contender& library,
                      const Constraints& constraints, const Offers& offers, const Rooms& rooms,
                      const std::set<std::string>& broken) {
  const auto named = [](const Contender& each) { return !each.candidate.unranked; };
  const bool of_library = chosen.implementation == library.implementation;
  if (of_library && std::ranges::any_of(offers.contenders, named))
    return "nothing that the library's heuristics name may answer; this is the first of what else "
           "it supports.";
  const std::string_view name = chosen.implementation->name();
  if (!of_library)
    return fmt::format("nobody of {} may answer ({}), so {} does, with the likeliest that it has.",
                       library.implementation->name(),
                       nearest_miss(constraints, offers, broken, library.implementation), name);
  const std::string others = why_others_refuse(offers, rooms);
  return fmt::format("{}{}{} has no heuristics; this is the likeliest of its candidates.", others,
                     others.empty() ? "" : "; ", name);
}

}  // namespace

Verdict decide_for(std::span<const Run> runs, const Constraints& constraints) {
  if (!asks_for_oracle(constraints)) {
    Constraints without = constraints;
    without.exclude.push_back(reference_tag);
    if (Verdict verdict = decide(runs, without, DecisionRule{}); !verdict.ranking.empty())
      return verdict;
  }
  return decide(runs, constraints, DecisionRule{});
}

Choice no_choice(const ConvProblem& problem, const Rooms& rooms, std::string reason) {
  return {.problem = problem,
          .device = rooms.device.id,
          .threads = rooms.device.kind == DeviceKind::cpu ? rooms.device.threads : 0,
          .reason = std::move(reason)};
}

Choice measured_choice(const ConvProblem& problem, const Verdict& verdict, Provenance provenance,
                       const Rooms& rooms) {
  Choice choice = no_choice(problem, rooms, verdict.reason);
  const Ranked& winner = verdict.ranking.front();
  if (promotion_of(*winner.run))
    choice.reason +=
        " Promoted: the winner of an older environment or of an import, timed again here and as "
        "fast as before.";
  const Measurement& measurement = *winner.measurement;
  describe(measurement.candidate, choice);
  choice.seconds = winner.seconds;
  // The interval is that of its own run, on the scale of the run that leads.
  constexpr std::size_t enough = 3;  // fewer have no interval to speak of
  if (const std::vector<double> samples = seconds_of(measurement); samples.size() >= enough) {
    const auto [low, high] = median_interval(samples);
    const double scale = winner.seconds / median(samples);
    choice.interval = {low * scale, high * scale};
  }
  choice.deterministic =
      measurement.candidate.deterministic && measurement.deterministic_observed.value_or(false);
  choice.provenance = provenance;
  choice.rigour = winner.run->rigour;
  choice.confidence = verdict.confidence;
  for (std::size_t i = 1; i < verdict.tied; ++i)
    choice.ties.push_back(text(verdict.ranking[i].measurement->candidate));
  choice.measured_at = winner.run->started_unix;
  choice.environment = hexadecimal(measurement.environment);
  return choice;
}

std::vector<const Contender*> in_guess_order(const Offers& offers) {
  const auto library = std::ranges::find_if(
      offers.contenders, [](const Contender& each) { return each.candidate.baseline; });
  std::vector<const Contender*> ordered;
  for (const Contender& each : offers.contenders) ordered.push_back(&each);
  std::ranges::stable_sort(ordered, {}, [&](const Contender* each) {
    const bool of_library =
        library != offers.contenders.end() && each->implementation == library->implementation;
    const Candidate& candidate = each->candidate;
    return std::tuple(!candidate.baseline, candidate.unranked, candidate.slowdown, !of_library);
  });
  return ordered;
}

Choice untimed_choice(const ConvProblem& problem, const Constraints& constraints,
                      const Offers& offers, const Untimed& known, const Rooms& rooms,
                      Environments& environments) {
  const std::vector<const Contender*> ordered = in_guess_order(offers);
  const auto found = std::ranges::find_if(ordered, [&](const Contender* each) {
    return untimed_objection(each->candidate, constraints, known.broken).empty();
  });
  const auto sentence = [&](const std::string& what) {
    const std::string why = why_nobody(constraints, offers, known.broken, rooms);
    return what + (why.empty() ? "" : ": ") + why + ".";
  };
  if (found == ordered.end())
    return no_choice(problem, rooms, sentence("No candidate may answer this question"));

  const Candidate& candidate = (*found)->candidate;
  Choice choice = no_choice(problem, rooms, {});
  describe(candidate, choice);
  choice.deterministic = candidate.deterministic;
  choice.environment = hexadecimal(environments.of(rooms.origin(candidate).value().backend).hash());
  const bool last_resort = candidate.slowdown >= hopeless_slowdown;
  choice.provenance =
      last_resort || candidate.unranked ? Provenance::default_choice : Provenance::heuristic;
  std::string why = candidate.baseline ? "this is what the library chooses by itself."
                                       : "the likeliest of the candidates that may answer, in the "
                                         "order of their library.";
  if (candidate.unranked)
    why = stands_in(**found, *ordered.front(), constraints, offers, rooms, known.broken);
  if (last_resort) why = sentence("nothing but the last resort may answer");
  choice.reason = fmt::format("Not measured{}: {}",
                              known.otherwise ? " as asked (explain shows what was)" : "", why);
  return choice;
}

bool is_last_resort(const Candidate& candidate, const Constraints& constraints) {
  if (asks_for_oracle(constraints)) return false;
  return candidate.slowdown >= hopeless_slowdown ||
         std::ranges::find(candidate.tags, reference_tag) != candidate.tags.end();
}

std::set<std::string> broken_in(std::span<const Run> runs) {
  std::map<std::string, bool> broken;
  for (const Run& run : runs)
    for (const Measurement& m : run.measurements) {
      const bool breaks = m.outcome == Outcome::wrong || m.outcome == Outcome::failed ||
                          m.outcome == Outcome::crashed || m.outcome == Outcome::timed_out;
      if (timed(m) || breaks) broken[text(m.candidate)] = breaks;
    }
  std::set<std::string> names;
  for (const auto& [name, is_broken] : broken)
    if (is_broken) names.insert(name);
  return names;
}

std::optional<double> paired_ratio(const Measurement& numerator, const Measurement& denominator) {
  std::map<int, double> below;
  for (const Sample& sample : denominator.samples) below.emplace(sample.round, sample.seconds);
  std::vector<double> ratios;
  for (const Sample& sample : numerator.samples)
    if (const auto found = below.find(sample.round); found != below.end() && found->second > 0)
      ratios.push_back(sample.seconds / found->second);
  if (ratios.empty()) return std::nullopt;
  return median(ratios);
}

}  // namespace convtune
