#include "algorithm_offer.hpp"

#include <algorithm>

#include <kernels/alignment.hpp>

#include "../algorithm.hpp"
#include "../engine.hpp"
#include "algorithm_engines.hpp"
#include "algorithm_support.hpp"
#include "graph.hpp"

namespace convtune::cudnn {
namespace {

// Ranks say nothing of by how much; the engines' are taken the same way.
constexpr double slower_by_rank = 0.05;
constexpr double unranked_slowdown = 8;

Candidate candidate(const Algorithm& algorithm, const ConvProblem& problem, std::size_t workspace) {
  const AlgorithmFacts& known = facts(algorithm);
  Candidate candidate;
  candidate.implementation = algorithm_name;
  candidate.configuration = text(algorithm);
  candidate.tags = {"cudnn", "conv_dnn", "default", std::string(known.tag)};
  candidate.tags.emplace_back(aligned_tag);  // there is no way to tell it of less
  if (!known.narrower.empty()) candidate.tags.emplace_back(known.narrower);
  candidate.workspace_bytes = workspace;
  candidate.deterministic = known.deterministic;
  candidate.precision = precision(algorithm, problem->source_type);
  candidate.layouts = layouts(channels_last(problem, false));
  candidate.inexact = known.inexact;
  candidate.notes = std::string(known.in_cudnn);
  return candidate;
}

void list_under(const Legacy& legacy, cudnnMathType_t math, const ConvProblem& problem,
                Offer& offer) {
  const std::vector<int> heuristic = legacy.heuristic();
  for (const AlgorithmFacts& each : algorithms(problem->direction)) {
    const Algorithm algorithm{problem->direction, each.number, math};
    if (!objection(algorithm, problem).empty()) continue;
    const auto answer = legacy.workspace(each.number);
    if (const auto* const refused = std::get_if<std::string>(&answer)) {
      offer.refusals.push_back({.reason = *refused, .configuration = text(algorithm)});
      continue;
    }
    Candidate& added =
        offer.candidates.emplace_back(candidate(algorithm, problem, std::get<std::size_t>(answer)));
    const auto rank = std::ranges::find(heuristic, each.number);
    added.unranked = rank == heuristic.end();
    added.slowdown = added.unranked
                         ? unranked_slowdown
                         : 1 + slower_by_rank * static_cast<double>(rank - heuristic.begin());
  }
}

// What is known without asking the library, once for all math types.
void add_objections(const ConvProblem& problem, Offer& offer) {
  for (const AlgorithmFacts& each : algorithms(problem->direction))
    if (std::string reason = objection(Algorithm{problem->direction, each.number}, problem);
        !reason.empty())
      offer.refusals.push_back(
          {.reason = std::move(reason), .configuration = std::string(each.name)});
}

}  // namespace

Offer list_algorithms(const ConvProblem& problem, const AskLegacy& ask) {
  if (std::string reason = legacy_objection(problem); !reason.empty())
    return Refusal{std::move(reason)};
  Offer offer;
  add_objections(problem, offer);
  for (const cudnnMathType_t math : math_types(problem->source_type))
    list_under(ask(math), math, problem, offer);
  std::ranges::stable_sort(offer.candidates, {}, [](const Candidate& each) {
    return std::pair(each.unranked, each.slowdown);
  });
  return offer;
}

Offer refuse_algorithms(const ConvProblem& problem) {
  if (std::string reason = legacy_objection(problem); !reason.empty())
    return Refusal{std::move(reason)};
  Offer offer;
  add_objections(problem, offer);
  for (const AlgorithmFacts& each : algorithms(problem->direction)) {
    const Algorithm algorithm{problem->direction, each.number};
    if (!objection(algorithm, problem).empty()) continue;
    const auto engine = engine_of(algorithm);
    offer.refusals.push_back(
        {.reason = std::string("the legacy interface answers for a GPU that is here only; ") +
                   (engine ? std::string(engine_name) + "/" + std::to_string(*engine) +
                                 " is the same algorithm, where it does not refuse"
                           : "no engine is known to be the same algorithm"),
         .configuration = text(algorithm)});
  }
  return offer;
}

}  // namespace convtune::cudnn
