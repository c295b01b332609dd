#include "trials.hpp"

#include <utility>

#include <fmt/format.h>
#include <omp.h>

#include <convtune/error.hpp>

#include "local_trial.hpp"

namespace convtune {

std::unique_ptr<Trial> Trials::prepare(const Implementation& implementation,
                                       const ConvProblem& problem, const Candidate& candidate,
                                       const Device& device) {
  if (device.kind == DeviceKind::cpu) {
    // Libraries make their plans for the threads that OpenMP would give this one.
    omp_set_num_threads(device.threads);
    return std::make_unique<LocalTrial>(implementation.prepare(problem, candidate, device), device,
                                        clock_, sweep_);
  }
  if (!open_)
    throw Error(ErrorCode::environment, "Nothing here can run candidates on " + device.name + ".");
  // Opened before the plan is made: libraries prepare for the device that the thread works on.
  if (!is_open(device)) {
    builder_.reset();
    set_up_.clear();
    device_.reset();
    device_ = std::make_unique<OpenDevice>(open_(device));
    opened_ = device.id;
  }
  constexpr std::size_t rooms = 2 * Memory::least_room;
  std::size_t needed = candidate.workspace_bytes + rooms;
  for (const Role role : {Role::source, Role::filter, Role::destination})
    needed += bytes(problem, role) + rooms;
  if (const std::size_t most = device_->mirror.most_bytes(); needed > most)
    throw TrialLost(Outcome::refused,
                    fmt::format("{}its tensors and its workspace of {} bytes take {}, and {} are "
                                "to be had",
                                short_of_memory, candidate.workspace_bytes, needed, most));
  Builder::Built built;
  if (builder_) built = builder_->take(text(problem) + ' ' + text(candidate));
  if (!built.plan) built = build(implementation, problem, candidate, device);
  set_up_.insert(&implementation);
  return std::make_unique<DeviceTrial>(std::move(built.plan), built.seconds, *device_);
}

Builder::Built Trials::build(const Implementation& implementation, const ConvProblem& problem,
                             const Candidate& candidate, const Device& device) {
  const Clock& clock = steady_clock();
  const double start = clock.now();
  std::unique_ptr<Plan> plan = implementation.prepare(problem, candidate, device);
  return {.plan = std::move(plan), .seconds = clock.now() - start};
}

void Trials::announce(const Implementation& implementation, const ConvProblem& problem,
                      const Candidate& candidate, const Device& device) {
  if (device.kind == DeviceKind::cpu || !is_open(device) || !set_up_.contains(&implementation))
    return;
  if (!builder_) builder_ = std::make_unique<Builder>([this] { device_->accelerator->enter(); });
  if (std::exchange(announced_, text(problem)) != text(problem)) builder_->clear();
  builder_->start(text(problem) + ' ' + text(candidate), [=, &implementation] {
    return build(implementation, problem, candidate, device);
  });
}

bool Trials::device_is_lost() const {
  if (!device_) return false;
  try {
    device_->accelerator->available_bytes();
    return false;
  } catch (const Error&) {
    return true;
  }
}

}  // namespace convtune
