#pragma once

#include <memory>
#include <optional>
#include <set>

#include <tuner/clock.hpp>
#include <tuner/isolation.hpp>

#include "builder.hpp"
#include "cache_sweep.hpp"
#include "device_trial.hpp"

namespace convtune {

/// Makes the trials of one process: on its CPU, or on a device that is opened when it is first
/// needed. Must outlive them.
class Trials {
 public:
  Trials(const Clock& clock, OpenAccelerator open) : clock_(clock), open_(std::move(open)) {}

  /// Throws what the implementation throws, and Error(environment) where the device cannot be
  /// opened.
  std::unique_ptr<Trial> prepare(const Implementation& implementation, const ConvProblem& problem,
                                 const Candidate& candidate, const Device& device);

  /// This one is prepared soon: where it runs on a device, its plan is made meanwhile by another
  /// thread. Nothing for the first plan of an implementation, whose library sets itself up for the
  /// thread that makes it, which is to be the one that runs it.
  void announce(const Implementation& implementation, const ConvProblem& problem,
                const Candidate& candidate, const Device& device);

  /// True if the device that was opened does not answer any more. What a candidate did to it then
  /// lasts as long as this process.
  bool device_is_lost() const;

 private:
  bool is_open(const Device& device) const { return device_ && opened_ == device.id; }
  static Builder::Built build(const Implementation& implementation, const ConvProblem& problem,
                              const Candidate& candidate, const Device& device);

  const Clock& clock_;
  OpenAccelerator open_;
  std::optional<CacheSweep> sweep_;
  std::string opened_;  ///< Device::id
  std::unique_ptr<OpenDevice> device_;
  std::set<const Implementation*> set_up_;  ///< whose plans were made here, for that device
  std::string announced_;                   ///< problem
  std::unique_ptr<Builder> builder_;
};

}  // namespace convtune
