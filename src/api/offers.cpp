#include "offers.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <omp.h>

#include <convtune/decorator.hpp>
#include <convtune/error.hpp>

#include "device_memory.hpp"
#include "dnn_library.hpp"
#include "enumerations.hpp"
#include "glob.hpp"

namespace convtune {
namespace {

// Why nothing can be asked of a backend; empty: it can.
std::string why_not_asked(const Backend& backend) {
  if (std::string missing = backend.unavailable(); !missing.empty()) return missing;
  const std::string mixed = mixed_versions(backend);
  return mixed.empty() ? mixed : "it " + mixed;
}

// Where the offers of one call come from.
struct Sources {
  const Rooms& rooms;
  Enumerations& past;
};

Offer ask(const Implementation& implementation, const ConvProblem& problem, const Sources& sources,
          std::string* unasked = nullptr) {
  const Rooms& rooms = sources.rooms;
  if (std::optional<Offer> known = sources.past.kept(implementation, problem))
    return *std::move(known);
  const Backend& backend = rooms.backend(implementation.backend());
  if (unasked) *unasked = why_not_asked(backend);
  if (std::string mixed = mixed_versions(backend); !mixed.empty()) return Refusal{std::move(mixed)};
  try {
    Offer offer = implementation.offer(problem, rooms.device);
    sources.past.keep(implementation, problem, offer);
    return offer;
  } catch (const Error& error) {
    return Refusal{fmt::format("failed when it was asked: {}", error.what())};
  }
}

std::vector<Candidate> ask_neighbours(const Implementation& implementation,
                                      const ConvProblem& problem, const Sources& sources,
                                      std::size_t most) {
  if (std::optional<Offer> known = sources.past.kept(implementation, problem, most))
    return std::move(known->candidates);
  const Offer found = implementation.neighbours(problem, sources.rooms.device, most);
  sources.past.keep(implementation, problem, found, most);
  return found.candidates;
}

bool last_resort(const Candidate& candidate) {
  return candidate.slowdown >= hopeless_slowdown;
}

// Of each implementation the few that are likely the fastest, in its order.
std::vector<Candidate> short_list(const ConvProblem& problem, const Sources& sources) {
  const Rooms& rooms = sources.rooms;
  constexpr std::size_t most = 2;
  std::vector<Candidate> all;
  for (const Implementation* implementation : rooms.implementations) {
    if (!implementation->runs_on(rooms.device.kind)) continue;
    if (dynamic_cast<const Decorator*>(implementation) != nullptr) continue;
    std::vector<Candidate> likely = ask(*implementation, problem, sources).candidates;
    std::erase_if(likely, [](const Candidate& each) {
      return last_resort(each) || !each.worker_environment.empty();
    });
    std::ranges::stable_sort(likely, {}, &Candidate::slowdown);
    if (likely.size() > most) likely.resize(most);
    std::ranges::move(likely, std::back_inserter(all));
  }
  return all;
}

Offer ask(const Decorator& decorator, const ConvProblem& problem, const Sources& sources) {
  auto inner = decorator.inner(problem);
  if (std::holds_alternative<Refusal>(inner)) return std::get<Refusal>(std::move(inner));
  return decorator.around(problem, short_list(std::get<ConvProblem>(inner), sources));
}

}  // namespace

std::vector<Listing::Refused> Offers::left_out() const {
  std::vector<Listing::Refused> all = refusals;
  all.insert(all.end(), denied.begin(), denied.end());
  return all;
}

Offers offers_for(const ConvProblem& problem, const Rooms& rooms, std::size_t neighbours) {
  Enumerations past(rooms);
  Offers offers = offers_for(problem, rooms, past, neighbours);
  offers.warnings = past.warnings();
  return offers;
}

Offers offers_for(const ConvProblem& problem, const Rooms& rooms, Enumerations& past,
                  std::size_t neighbours) {
  const Sources sources{rooms, past};
  omp_set_num_threads(rooms.device.threads);
  Offers all;
  const std::string never_fits = too_large(problem, 0, rooms.device);
  for (const Implementation* implementation : rooms.implementations) {
    if (!implementation->runs_on(rooms.device.kind)) continue;
    if (!never_fits.empty()) {
      all.refusals.push_back({std::string(implementation->name()), {}, never_fits});
      continue;
    }
    const auto* const decorator = dynamic_cast<const Decorator*>(implementation);
    std::string unasked;
    Offer offer = decorator ? ask(*decorator, problem, sources)
                            : ask(*implementation, problem, sources, &unasked);
    if (!unasked.empty())
      all.unasked.push_back({std::string(implementation->name()), {}, std::move(unasked)});
    if (neighbours > 0 && !offer.candidates.empty())
      for (Candidate& more : ask_neighbours(*implementation, problem, sources, neighbours))
        offer.candidates.push_back(std::move(more));
    const std::string name(implementation->name());
    for (Candidate& candidate : offer.candidates) {
      // A decorator's is that of what it is around, too.
      if (decorator == nullptr) candidate.revision = implementation->revision();
      all.contenders.push_back({implementation, std::move(candidate)});
    }
    for (Refusal& refusal : offer.refusals)
      all.refusals.push_back({name, std::move(refusal.configuration), std::move(refusal.reason)});
  }
  refuse_too_large(all, problem, rooms.device);
  return all;
}

std::size_t neighbours_tried(Rigour rigour) {
  // A race spends a few rounds on them: most fall behind what their library named itself.
  if (rigour == Rigour::race) return 8;
  return rigour == Rigour::exhaustive ? 256 : 0;
}

std::vector<std::string> sentences_on_unasked(const Offers& offers, const Constraints& constraints,
                                              const Rooms& rooms) {
  std::vector<std::pair<std::string, std::string>> names_by_reason;
  for (const auto& [name, configuration, reason] : offers.unasked) {
    Candidate any;
    if (const Implementation* const found = rooms.implementation(name)) any.tags = found->tags();
    const Constraints tags_only{.include = constraints.include,
                                .exclude = constraints.exclude,
                                .require = constraints.require};
    if (!objection(any, std::nullopt, tags_only).empty()) continue;
    const auto known =
        std::ranges::find(names_by_reason, reason, &std::pair<std::string, std::string>::first);
    if (known == names_by_reason.end())
      names_by_reason.emplace_back(reason, name);
    else
      known->second += ", " + name;
  }
  std::vector<std::string> sentences;
  for (const auto& [reason, names] : names_by_reason)
    sentences.push_back(fmt::format("{} could not be asked: {}{}", names, reason,
                                    reason.ends_with('.') ? "" : "."));
  return sentences;
}

void UnaskedWarnings::add(const Offers& offers, const Rooms& rooms,
                          std::vector<std::string>& warnings) {
  for (std::string& sentence : sentences_on_unasked(offers, {}, rooms))
    if (said_.insert(sentence).second) warnings.push_back(std::move(sentence));
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

void Environments::remember(const Offers& offers, const Store& store) {
  std::set<std::string> backends;
  for (const Contender& each : offers.contenders)
    if (const auto origin = rooms_.origin(each.candidate)) backends.insert(origin->backend);
  for (const std::string& backend : backends) remembered(backend, store);
}

}  // namespace convtune
