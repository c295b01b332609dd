#include "race_facts.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <nlohmann/json.hpp>

namespace convtune {
namespace {

using Json = nlohmann::json;

Json value(const Drop& drop) {
  return {{"by", drop.by}, {"ratio", drop.ratio}, {"over", drop.over}, {"after", drop.after}};
}

// A file may hold anything.
Drop drop_from(const Json& object) {
  const auto whole = [&](const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_number_integer() ? found->get<int>() : 0;
  };
  const auto by = object.find("by"), ratio = object.find("ratio");
  return {.by = by != object.end() && by->is_string() ? by->get<std::string>() : std::string(),
          .ratio = ratio != object.end() && ratio->is_number() ? ratio->get<double>() : 1,
          .over = whole("over"),
          .after = whole("after")};
}

std::set<int> disturbed_in(std::span<const Measurement> measurements) {
  std::set<int> rounds;
  for (const Measurement& each : measurements)
    for (const Sample& sample : each.samples)
      if (sample.disturbed) rounds.insert(sample.round);
  return rounds;
}

// What `settings` say under `key` of the candidate; nullptr: nothing.
const Json* entry(const Json& settings, const char* key, const std::string& candidate) {
  const auto all = settings.find(key);
  if (all == settings.end() || !all->is_object()) return nullptr;
  const auto found = all->find(candidate);
  return found == all->end() ? nullptr : &*found;
}

void restore(Run& run) {
  const Json settings = Json::parse(run.settings, nullptr, false);
  if (!settings.is_object()) return;
  std::set<int> disturbed;
  if (const auto found = settings.find("disturbed_rounds");
      found != settings.end() && found->is_array())
    for (const Json& round : *found)
      if (round.is_number_integer()) disturbed.insert(round.get<int>());
  for (Measurement& each : run.measurements) {
    for (Sample& sample : each.samples) sample.disturbed = disturbed.contains(sample.round);
    const std::string name = text(each.candidate);
    if (const Json* const dropped = entry(settings, "dropped", name);
        dropped && dropped->is_object())
      each.dropped = drop_from(*dropped);
    if (const Json* const clock = entry(settings, "megahertz", name); clock && clock->is_number())
      each.megahertz = clock->get<double>();
  }
}

}  // namespace

void add_race_facts(Json& settings, std::span<const Measurement> measurements) {
  Json dropped = Json::object();
  for (const Measurement& each : measurements)
    if (each.dropped && each.outcome == Outcome::measured)
      dropped[text(each.candidate)] = value(*each.dropped);
  if (!dropped.empty()) settings["dropped"] = std::move(dropped);
  Json megahertz = Json::object();
  for (const Measurement& each : measurements)
    if (each.megahertz > 0) megahertz[text(each.candidate)] = std::round(each.megahertz);
  if (!megahertz.empty()) settings["megahertz"] = std::move(megahertz);
  if (const std::set<int> disturbed = disturbed_in(measurements); !disturbed.empty())
    settings["disturbed_rounds"] = disturbed;
}

void restore_race_facts(std::vector<Run>& runs) {
  for (Run& run : runs) restore(run);
}

int rounds_of(const Run& run) {
  int rounds = 0;
  for (const Measurement& each : run.measurements)
    for (const Sample& sample : each.samples) rounds = std::max(rounds, sample.round + 1);
  return rounds;
}

std::vector<int> disturbed_rounds_of(const Run& run) {
  const std::set<int> rounds = disturbed_in(run.measurements);
  return {rounds.begin(), rounds.end()};
}

}  // namespace convtune
