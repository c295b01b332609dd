#include "offers.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <omp.h>

#include <convtune/error.hpp>

#include "dnn_library.hpp"
#include "glob.hpp"

namespace convtune {
Offers offers_for(const ConvProblem& problem, const Rooms& rooms) {
  omp_set_num_threads(rooms.device.threads);
  Offers all;
  for (const Implementation* implementation : rooms.implementations) {
    const std::string name(implementation->name());
    if (implementation->device() != rooms.device.kind) continue;
    if (std::string mixed = mixed_versions(rooms.backend(implementation->backend()));
        !mixed.empty()) {
      all.refusals.push_back({.implementation = name, .configuration = {}, .reason = mixed});
      continue;
    }
    Offer offer;
    try {
      offer = implementation->offer(problem, rooms.device);
    } catch (const Error& error) {
      offer = Refusal{fmt::format("failed when it was asked: {}", error.what())};
    }
    for (Candidate& candidate : offer.candidates)
      all.contenders.push_back({implementation, std::move(candidate)});
    for (Refusal& refusal : offer.refusals)
      all.refusals.push_back({name, std::move(refusal.configuration), std::move(refusal.reason)});
  }
  return all;
}

std::vector<Contender> chosen_from(const std::vector<Contender>& contenders,
                                   const std::string& pattern, const std::string& without) {
  std::vector<Contender> chosen;
  std::ranges::copy_if(contenders, std::back_inserter(chosen), [&](const Contender& contender) {
    const std::string name = text(contender.candidate);
    return (pattern.empty() || matches(pattern, name)) &&
           (without.empty() || !matches(without, name));
  });
  return chosen;
}

bool all_hopeless(const std::vector<Contender>& contenders) {
  return std::ranges::all_of(contenders, [](const Contender& contender) {
    return contender.candidate.slowdown >= hopeless_slowdown;
  });
}

bool names_the_hopeless(const std::vector<Contender>& contenders, const std::string& pattern) {
  return !pattern.empty() && all_hopeless(contenders);
}

const Environment& Environments::of(const std::string& backend) {
  const auto found = known_.find(backend);
  if (found != known_.end()) return found->second;
  return known_.emplace(backend, probe_environment(rooms_.backend(backend), rooms_.device))
      .first->second;
}

const Environment* Environments::remembered(const std::string& backend, const Store& store) {
  if (const auto found = known_.find(backend); found != known_.end()) return &found->second;
  const auto remembered = remembered_environment(backend, rooms_.device, store);
  return remembered ? &known_.emplace(backend, *remembered).first->second : nullptr;
}

}  // namespace convtune
