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

  /// What making the plan took where that was not a part of preparing the trial; 0: it was.
  virtual double built_seconds() const { return 0; }

  /// True where the candidate works on memory of its device, and what stands in buffers is not
  /// what it finds there until it is moved; a run alone moves nothing. Its workspace is there
  /// alone: the buffer that a call is given for it is empty, and only the room around it counts.
  virtual bool apart() const { return false; }
  /// What stands in the tensors that are named, and in the room around them, becomes what the
  /// candidate finds there.
  virtual void upload(const Buffers& /*buffers*/) {}
  /// Every byte of the buffers that are named becomes 0xFF where the candidate finds them.
  virtual void poison(const Buffers& /*buffers*/) {}
  /// What it left in the tensors and in the room around all becomes what stands here.
  virtual void download(const Buffers& /*buffers*/) {}

  /// Seconds that `calls` calls took together, read by the clock where they ran.
  virtual double run(const Buffers& buffers, int calls) = 0;
  /// The same of one call after the caches were swept.
  virtual double run_cold(const Buffers& buffers) = 0;
  /// The clock of the device's processors during the last of these; 0: not known.
  struct Pace {
    double megahertz = 0;
    bool slowed = false;  ///< it was far below the usual one, however often that was tried
  };
  virtual Pace pace() const { return {}; }
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

  /// This one is prepared soon. Where candidates run on a device, its plan may be made meanwhile on
  /// another thread, so that neither waits for the other; then what ends a process in the meantime
  /// need not be the doing of the candidate that runs there. True if anything may be begun.
  virtual bool announce(const ConvProblem& /*problem*/, const Contender& /*contender*/,
                        const Device& /*device*/) {
    return false;
  }

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
