#pragma once

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <convtune/accelerator.hpp>
#include <convtune/error.hpp>
#include <convtune/implementation.hpp>
#include <convtune/measurement.hpp>
#include <tuner/clock.hpp>
#include <tuner/memory.hpp>

namespace convtune {

/// A candidate and the implementation that prepares it.
struct Contender {
  const Implementation* implementation = nullptr;
  Candidate candidate;
};

/// A prepared candidate that is to be checked and timed, in this process or in another: what
/// happens to it, not where. Buffers are those of its workplace's memory. Every function that runs
/// its code may throw what that throws, or TrialLost.
class Trial {
 public:
  virtual ~Trial() = default;

  /// As the functions of Plan.
  virtual std::string configuration() const = 0;
  virtual std::size_t workspace_bytes() const = 0;
  virtual Layouts layouts() const = 0;
  virtual std::size_t bytes(Role role) const = 0;
  virtual bool reorders(Role role) const = 0;
  virtual void load(Role role, const void* plain, void* buffer) = 0;
  virtual void unload(Role role, const void* buffer, void* plain) = 0;

  /// What stands in the buffers of a call, and in the room around them, becomes what the candidate
  /// finds there; and what it left there becomes what stands in them. Nothing where both are one
  /// memory; where they are not, a run alone moves nothing.
  virtual void upload(const Buffers& /*buffers*/) {}
  virtual void download(const Buffers& /*buffers*/) {}

  /// Seconds that `calls` calls took together, read by the clock where they ran.
  virtual double run(const Buffers& buffers, int calls) = 0;
  /// The same of one call after the caches were swept.
  virtual double run_cold(const Buffers& buffers) = 0;
  /// The same of one reorder.
  virtual double run_reorder(Role role, const Buffers& buffers) = 0;

  /// Destroys the plan; nothing but the destructor may follow. Where it is not called the
  /// destructor does it, and what happens then is nobody's.
  virtual void close() = 0;

  /// What a call is known to take, from which to tell that one hangs.
  virtual void expect(double /*call_seconds*/) {}
};

/// Prepares trials, and has the memory that they work on. Must outlive both.
class Workplace {
 public:
  virtual ~Workplace() = default;

  /// Throws what the implementation throws, TrialLost, or WorkplaceLost.
  virtual std::unique_ptr<Trial> prepare(const ConvProblem& problem, const Contender& contender,
                                         const Device& device) = 0;
  virtual Memory& memory() = 0;

  /// From now on `stop` is asked while something is waited for that may take long.
  virtual void stop_when(std::function<bool()> /*stop*/) {}  // NOLINT: who waits keeps it
};

/// The process that ran a candidate is gone, or had to be ended.
class TrialLost : public std::runtime_error {
 public:
  TrialLost(Outcome outcome, const std::string& reason)
      : std::runtime_error(reason), outcome_(outcome) {}
  /// crashed, timed_out or failed; refused: it was given up for an interrupt.
  Outcome outcome() const { return outcome_; }

 private:
  Outcome outcome_;
};

/// Nothing can be prepared here any more, whatever the candidate.
class WorkplaceLost : public Error {
 public:
  explicit WorkplaceLost(const std::string& message) : Error(ErrorCode::environment, message) {}
};

/// Why candidates were refused that a later run may still get to.
inline constexpr std::string_view out_of_patience = "interrupted before it was its turn";

/// Why a candidate is refused that only a process of its own can run.
inline constexpr std::string_view wants_a_process =
    "it needs a process of its own, with other settings than this one";

/// Begins the reason of candidates that were refused for want of memory on a device, of which more
/// may be free another time.
inline constexpr std::string_view short_of_memory = "there is not enough memory on the device: ";

/// Opens a device that is not the CPU. Throws Error(environment).
using OpenAccelerator = std::function<std::unique_ptr<Accelerator>(const Device&)>;

/// This process, and its heap.
std::unique_ptr<Workplace> local_workplace(const Clock& clock = steady_clock(),
                                           OpenAccelerator open = {});

}  // namespace convtune
