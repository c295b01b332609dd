// What engines say of themselves, as candidates.
#include "candidates.hpp"

#include <algorithm>
#include <set>

#include <kernels/alignment.hpp>

#include "../engine.hpp"
#include "algorithm_engines.hpp"
#include "neighbours.hpp"

namespace convtune::cudnn {
namespace {

// The heuristics rank without saying by how much. Half as fast at rank 20 keeps their order.
constexpr double slower_by_rank = 0.05;
// What no heuristic names is tried after all that they do.
constexpr double unranked_slowdown = 8;

bool has(const Supported& supported, cudnnBackendNumericalNote_t note) {
  return std::ranges::find(supported.numerical_notes, note) != supported.numerical_notes.end();
}

std::string notes_of(const Supported& supported) {
  constexpr std::pair<cudnnBackendNumericalNote_t, const char*> numerical[] = {
      {CUDNN_NUMERICAL_NOTE_TENSOR_CORE, "tensor cores"},
      {CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS, "rounds its inputs"},
      {CUDNN_NUMERICAL_NOTE_REDUCED_PRECISION_REDUCTION, "reduced precision reduction"},
      {CUDNN_NUMERICAL_NOTE_FFT, "FFT"},
      {CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC, "not deterministic"},
      {CUDNN_NUMERICAL_NOTE_WINOGRAD, "Winograd"},
      {CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_4x4, "tiles of 4x4"},
      {CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_6x6, "tiles of 6x6"},
      {CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_13x13, "tiles of 13x13"},
      {CUDNN_NUMERICAL_NOTE_STRICT_NAN_PROP, "keeps NaN"}};
  std::string text;
  const auto add = [&](const char* words) {
    text += (text.empty() ? "" : ", ") + std::string(words);
  };
  for (const auto& [note, words] : numerical)
    if (has(supported, note)) add(words);
  if (std::ranges::find(supported.behavior_notes, CUDNN_BEHAVIOR_NOTE_RUNTIME_COMPILATION) !=
      supported.behavior_notes.end())
    add("compiled when it is prepared");
  return text;
}

// With types narrower than f32 the products of tensor cores are exact, and rounding "down" changes
// nothing.
Precision precision_of(const Supported& supported, const ConvProblem& problem) {
  if (problem->source_type != DataType::f32) return Precision::strict;
  if (has(supported, CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS)) return Precision::downconvert;
  if (has(supported, CUDNN_NUMERICAL_NOTE_TENSOR_CORE)) return Precision::tf32;
  return Precision::strict;
}

/// What makes candidates out of the engines of one problem with its tensors in one place.
struct Listed {
  const ConvProblem& problem;
  const char* prefix;  ///< of configurations
  ChannelsLast last;
  Engines engines;
  Engines unaligned;  ///< the same with tensors that are aligned to their elements only
};

/// An engine says what alignment it takes. One that would want more workspace for less is listed
/// for the usual alignment.
bool takes_unaligned(const Supported& supported, const Engines& unaligned) {
  const auto checked = unaligned.check(supported.configuration);
  const auto* const found = std::get_if<Supported>(&checked);
  return found != nullptr && found->workspace_bytes <= supported.workspace_bytes;
}

Candidate candidate(const Supported& supported, const Listed& listed) {
  const ConvProblem& problem = listed.problem;
  Candidate candidate;
  candidate.implementation = engine_name;
  candidate.configuration = listed.prefix + text(supported.configuration);
  candidate.tags = {"cudnn", "conv_dnn", "default"};
  candidate.workspace_bytes = supported.workspace_bytes;
  candidate.deterministic = !has(supported, CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC);
  candidate.precision = precision_of(supported, problem);
  candidate.layouts = layouts(listed.last);
  candidate.notes = notes_of(supported);
  if (!takes_unaligned(supported, listed.unaligned)) candidate.tags.emplace_back(aligned_tag);
  // Sums in another order; how much that costs is not known before one of them runs.
  for (const auto& [note, tag] : {std::pair(CUDNN_NUMERICAL_NOTE_FFT, "fft"),
                                  std::pair(CUDNN_NUMERICAL_NOTE_WINOGRAD, "winograd")})
    if (has(supported, note)) {
      candidate.tags.emplace_back(tag);
      candidate.inexact = true;
    }
  // Theano's policies ask for legacy algorithms by these tags. Graphs of more than the convolution
  // number their engines otherwise.
  const bool alone = !problem->bias && !problem->relu;
  const AlgorithmFacts* const same = alone ? algorithm_of(problem->direction, supported) : nullptr;
  if (same != nullptr) {
    candidate.tags.emplace_back(same->tag);
    candidate.notes += (candidate.notes.empty() ? "" : ", ") + std::string(same->in_cudnn);
  }
  return candidate;
}

void list(const Listed& from, Offer& offer) {
  const Engines& engines = from.engines;
  std::set<Configuration> listed;
  const auto add = [&](const Supported& supported, double slowdown, bool ranked) {
    if (!listed.insert(supported.configuration).second) return;
    Candidate& added = offer.candidates.emplace_back(candidate(supported, from));
    added.slowdown = slowdown;
    added.unranked = !ranked;
  };
  double slowdown = 1;
  for (const cudnnBackendHeurMode_t mode :
       {CUDNN_HEUR_MODE_A, CUDNN_HEUR_MODE_B, CUDNN_HEUR_MODE_FALLBACK})
    for (const Supported& each : engines.heuristics(mode)) {
      add(each, slowdown, true);
      slowdown += slower_by_rank;
    }
  for (std::int64_t engine = 0; engine < engines.count(); ++engine) {
    const auto checked = engines.check({.engine = engine, .knobs = {}});
    if (const auto* const supported = std::get_if<Supported>(&checked)) {
      add(*supported, std::max(unranked_slowdown, slowdown), false);
      continue;
    }
    const Unsupported& refused = std::get<Unsupported>(checked);
    offer.refusals.push_back(
        {.reason = refused.reason, .configuration = from.prefix + text(refused.configuration)});
  }
}

/// A problem that leaves layouts open in both.
std::vector<Listed> placements(const ConvProblem& problem, const Descriptor& device) {
  const auto placed = [&](const char* prefix, const ChannelsLast& last) {
    return Listed{.problem = problem,
                  .prefix = prefix,
                  .last = last,
                  .engines = {graph(problem, last), device},
                  .unaligned = {graph(problem, last, Alignment::elements), device}};
  };
  const ChannelsLast last = channels_last(problem, true), first = channels_last(problem, false);
  if (last == first) return {placed("", first)};
  return {placed("nhwc/", last), placed("nchw/", first)};
}

}  // namespace

Offer list_candidates(const ConvProblem& problem, const Descriptor& device) {
  if (std::string reason = objection(problem); !reason.empty()) return Refusal{std::move(reason)};
  Offer offer;
  for (const Listed& each : placements(problem, device)) list(each, offer);
  // What a user of the library gets without tuning: the first plan of its heuristic.
  if (!offer.candidates.empty() && !offer.candidates.front().unranked)
    offer.candidates.front().baseline = true;
  return offer;
}

std::vector<Candidate> list_neighbours(const ConvProblem& problem, const Descriptor& device,
                                       std::size_t most) {
  if (!objection(problem).empty()) return {};
  const std::vector<Listed> all = placements(problem, device);
  std::vector<Candidate> found;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Listed& each = all[i];
    const std::size_t share = most / all.size() + (i < most % all.size() ? 1 : 0);
    double slowdown = unranked_slowdown;
    for (const Supported& near : neighbours(each.engines, share)) {
      Candidate& added = found.emplace_back(candidate(near, each));
      added.unranked = true;
      added.slowdown = slowdown += slower_by_rank;
    }
  }
  return found;
}

}  // namespace convtune::cudnn
