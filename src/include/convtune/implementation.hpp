#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <convtune/device.hpp>
#include <convtune/problem.hpp>

namespace convtune {

/// How exactly a candidate keeps to the accumulation type of its problem.
enum class Precision { strict, tf32, downconvert };
std::string_view name(Precision precision);
std::optional<Precision> precision(std::string_view name);

/// Names of families, Theano's and ours: "conv_gemm", "gemm", "winograd", "default", ...
using Tags = std::vector<std::string>;

/// Memory formats by tensor: "nchw", "kcrs", "nChw16c", "opaque". What a caller of the candidate
/// passes and receives.
struct Layouts {
  std::string source, filter, destination;
  auto operator<=>(const Layouts&) const = default;
};

/// Tag of candidates that run only in processes started for them (Candidate::worker_environment).
inline constexpr std::string_view own_process_tag = "own_process";

/// From this Candidate::slowdown on a candidate is the last resort: it is not started unless it is
/// named or nothing else exists.
inline constexpr double hopeless_slowdown = 20;

/// An implementation with a fixed configuration for one problem. Its text is its identity.
struct Candidate {
  std::string implementation;  ///< "onednn.convolution"
  std::string configuration;   ///< "direct/jit:avx512_core/nChw16c"; empty if there is only one
  int revision = 1;            ///< of the implementation; a bump retires its old timings
  Tags tags;                   ///< the implementation's and the configuration's own
  std::size_t workspace_bytes = 0;
  bool deterministic = false;  ///< declared: bit-equal results from equal inputs
  Precision precision = Precision::strict;
  Layouts layouts;
  /// How many times slower than a good kernel this is likely to be.
  double slowdown = 1;
  /// Factor c of the scaled gate |y - ref| <= c eps(accumulation, output) sum|x||w|; 0: the usual.
  double error_factor = 0;
  /// Sums in another order than plain products: exempt from the exact gate (FFT, Winograd F(4x4)).
  bool inexact = false;
  /// Its library does not say how it compares with the others: a guess takes it only where none of
  /// those that are ranked may answer.
  bool unranked = false;
  bool baseline = false;  ///< what a user of the device's main library gets without tuning
  std::string notes;      ///< for people
  /// NAME=VALUE that must stand in the environment of a process before it loads the library, such
  /// as a BLAS core type or a cap on the ISA; what is not named is as it is here. Candidates of one
  /// backend and the same settings share a worker process; where candidates run in the program's
  /// own, this one is refused unless all of it is set there. The configuration must tell it too,
  /// and own_process_tag stand among the tags: these, not this, are stored.
  std::vector<std::string> worker_environment = {};
};

/// "onednn.convolution/direct/jit:avx512_core/nChw16c".
std::string text(const Candidate& candidate);

/// Why an implementation, or one configuration of it, does not apply. Always has a reason.
struct Refusal {
  std::string reason;
  std::string configuration = {};  ///< empty: the implementation as a whole
};

/// What an implementation has for one problem on one device. No candidates: at least one refusal.
struct Offer {
  std::vector<Candidate> candidates;
  std::vector<Refusal> refusals;

  Offer() = default;
  Offer(std::vector<Candidate> offered) : candidates(std::move(offered)) {}  // NOLINT: a value
  Offer(Refusal refusal) : refusals{std::move(refusal)} {}                   // NOLINT: or why not
};

/// The tensors of one call, each in the layout that the plan states. Inputs are not written. The
/// output tensor is read only with accumulate. The workspace has at least Plan::workspace_bytes,
/// aligned to 64 bytes, contents undefined. On a GPU all are of its memory.
struct Buffers {
  void* source = nullptr;
  void* filter = nullptr;
  void* destination = nullptr;
  const void* bias = nullptr;
  void* workspace = nullptr;
  void* stream = nullptr;  ///< the GPU's queue (cudaStream_t) that a call is put on
};

/// A prepared candidate: everything paid once is done, run is all that is timed. Not thread-safe;
/// plans are independent of each other.
class Plan {
 public:
  explicit Plan(const ConvProblem& problem) : problem_(problem) {}
  virtual ~Plan() = default;
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;

  const ConvProblem& problem() const { return problem_; }

  /// The configuration that will really run, asked from the library where there is one; the
  /// tuner compares it with the candidate's.
  virtual std::string configuration() const = 0;
  virtual std::size_t workspace_bytes() const { return 0; }

  /// What the caller passes and receives. By default the problem's own layouts.
  virtual Layouts layouts() const;
  /// Bytes of a caller's buffer in that layout; blocked layouts pad.
  virtual std::size_t bytes(Role role) const;

  /// Copies from the plain order (dense, channels first) to the plan's layout and back, both in the
  /// memory of this process; outside the time. With constant weights, load(filter) packs. By
  /// default from_plain and to_plain.
  virtual void load(Role role, const void* plain, void* buffer) const;
  virtual void unload(Role role, const void* buffer, void* plain) const;

  /// Computes the output tensor; on a GPU puts that on the queue and does not wait for it. Throws
  /// Error when the library reports a failure.
  virtual void run(const Buffers& buffers) = 0;

  /// True where run converts that tensor to or from the caller's layout; run_reorder then does
  /// only that, for information.
  virtual bool reorders(Role) const { return false; }
  virtual void run_reorder(Role, const Buffers&) {}

 private:
  ConvProblem problem_;
};

/// A member of a family that can solve problems. Stateless; every function may be called from
/// several threads.
class Implementation {
 public:
  virtual ~Implementation() = default;

  virtual std::string_view name() const = 0;  ///< stable: "blas.im2col_gemm"
  virtual int revision() const { return 1; }
  virtual Tags tags() const = 0;
  virtual std::string_view summary() const = 0;  ///< one line for people
  virtual DeviceKind device() const { return DeviceKind::cpu; }
  /// True where it has candidates for devices of that kind.
  virtual bool runs_on(DeviceKind kind) const { return kind == device(); }
  /// The backend whose environment its times depend on: "cpu", "blas", "onednn".
  virtual std::string_view backend() const = 0;

  /// Candidates, or a refusal with its reason. Starts nothing.
  virtual Offer offer(const ConvProblem& problem, const Device& device) const = 0;

  /// Candidates beyond those of offer, near the likeliest of them and likely the fastest first, at
  /// most so many: what is worth its time only where nobody is in a hurry. Starts nothing.
  virtual std::vector<Candidate> neighbours(const ConvProblem& /*problem*/,
                                            const Device& /*device*/, std::size_t /*most*/) const {
    return {};
  }

  /// True if its library takes so long to ask for candidates that answers are worth keeping.
  virtual bool slow_to_ask() const { return false; }

  /// Makes the plan of one of the candidates of offer. Throws Error if it cannot.
  virtual std::unique_ptr<Plan> prepare(const ConvProblem& problem, const Candidate& candidate,
                                        const Device& device) const = 0;
};

}  // namespace convtune
