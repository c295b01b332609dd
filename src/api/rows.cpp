#include "rows.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <convtune/decorator.hpp>

#include "promotion.hpp"

namespace convtune {
namespace {

const Environment* environment_of(const Run& run, const Measurement& measurement) {
  const auto found = std::ranges::find(run.environments, measurement.environment,
                                       [](const Environment& each) { return each.hash(); });
  return found == run.environments.end() ? nullptr : &*found;
}

bool same_class_and_threads(const Environment& environment, const Rooms& rooms) {
  const auto threads = environment.identity.find("threads");
  return environment.machine_class() == rooms.machine.machine_class &&
         (rooms.device.kind != DeviceKind::cpu ||
          (threads != environment.identity.end() &&
           threads->second == std::to_string(rooms.device.threads)));
}

}  // namespace

std::uint64_t Rows::here(const std::string& backend) {
  const auto found = here_.find(backend);
  if (found != here_.end()) return found->second;
  const Environment* environment = store_ ? environments_.remembered(backend, *store_) : nullptr;
  if (!environment) environment = &environments_.of(backend);
  return here_.emplace(backend, environment->hash()).first->second;
}

std::string Rows::objection(Reach reach, const Run& run, const Measurement& measurement) {
  const auto origin = rooms_.origin(measurement.candidate);
  if (!origin) return "is of an implementation that this program does not have";
  std::string denied = denied_.objection(measurement.candidate, origin->backend,
                                         [&] { return here(origin->backend); });
  if (!denied.empty()) return denied;
  if (reach == Reach::stale) {
    const Environment* const environment = environment_of(run, measurement);
    if (environment && same_class_and_threads(*environment, rooms_)) return {};
    return "was measured on another class of machine or with another number of threads";
  }
  if (run.imported) return "was imported and is not verified here; tune does that";
  if (measurement.candidate.revision != origin->revision)
    return fmt::format("is of revision {}, now it is {}", measurement.candidate.revision,
                       origin->revision);
  if (measurement.environment != here(origin->backend))
    return fmt::format("was measured in another environment ({:016x})", measurement.environment);
  if (reach == Reach::exact && run.machine.serial != rooms_.machine.serial)
    return "was measured on another machine of this class";
  return {};
}

void Rows::keep_promoted(Run& run) {
  auto promotion = promotion_of(run);
  if (!promotion) return;
  std::erase_if(promotion->settled, [&](const Promotion::Settled& each) {
    const auto [implementation, configuration] = split_text(each.candidate);
    Candidate candidate;
    candidate.implementation = implementation;
    candidate.configuration = configuration;
    const auto origin = rooms_.origin(candidate);
    return !origin || origin->revision != each.revision ||
           here(origin->backend) != each.environment;
  });
  record(*promotion, run);
}

std::vector<Run> Rows::within(Reach reach, const std::vector<Run>& runs,
                              std::optional<std::int64_t> max_age_seconds) {
  std::vector<Run> kept;
  for (const Run& run : runs) {
    if (max_age_seconds && run.started_unix + *max_age_seconds < rooms_.unix_time()) continue;
    Run part = run;
    std::erase_if(part.measurements, [&](const Measurement& measurement) {
      return !objection(reach, run, measurement).empty();
    });
    if (part.measurements.empty()) continue;
    if (reach != Reach::stale) keep_promoted(part);
    kept.push_back(std::move(part));
  }
  return kept;
}

}  // namespace convtune
