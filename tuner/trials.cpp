#include "trials.hpp"

#include <fmt/format.h>

#include <convtune/error.hpp>

#include "local_trial.hpp"

namespace convtune {

std::unique_ptr<Trial> Trials::prepare(const Implementation& implementation,
                                       const ConvProblem& problem, const Candidate& candidate,
                                       const Device& device) {
  if (device.kind == DeviceKind::cpu)
    return std::make_unique<LocalTrial>(implementation.prepare(problem, candidate, device), device,
                                        clock_, sweep_);
  if (!open_)
    throw Error(ErrorCode::environment, "Nothing here can run candidates on " + device.name + ".");
  // Opened before the plan is made: libraries prepare for the device that the thread works on.
  if (!device_ || opened_ != device.id) {
    device_.reset();
    device_ = std::make_unique<OpenDevice>(open_(device));
    opened_ = device.id;
  }
  std::size_t needed = candidate.workspace_bytes;
  for (const Role role : {Role::source, Role::filter, Role::destination})
    needed += bytes(problem, role);
  if (const std::size_t most = device_->mirror.most_bytes(); needed > most)
    throw TrialLost(Outcome::refused,
                    fmt::format("{}its tensors and its workspace of {} bytes take {}, and {} are "
                                "to be had",
                                short_of_memory, candidate.workspace_bytes, needed, most));
  return std::make_unique<DeviceTrial>(implementation.prepare(problem, candidate, device),
                                       *device_);
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
