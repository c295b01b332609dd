#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <convtune/choice.hpp>
#include <convtune/constraints.hpp>
#include <convtune/context.hpp>
#include <convtune/implementation.hpp>
#include <convtune/workspace.hpp>

namespace convtune {

struct ConvolutionOptions {
  Context context = {};
  /// One of Theano's names; empty: that of Defaults for the direction. Checked in each call, since
  /// direction and rank decide which there are.
  std::string policy = {};
  /// What is demanded of every choice, beside what Defaults and the policy demand.
  Constraints constraints = {};
  /// Of memory of the device. Nullptr: host_workspaces(), or on a GPU its own memory, of which one
  /// workspace may have a quarter of what is free, as Theano's.
  std::shared_ptr<WorkspaceAllocator> allocator = {};
  /// The queue of the GPU that calls are put on (cudaStream_t); nullptr is its default one. A CPU
  /// has none.
  void* stream = nullptr;
  /// For what is timed on a miss: asked between samples, and told one line at a time.
  std::function<bool()> stop = {};
  std::function<void(const std::string&)> progress = {};
};

struct Rooms;  ///< what the facades use of the outside; tests put something else in its place
class SelectionCache;  ///< what was chosen in this process

/// Runs convolutions on the caller's buffers, each by the candidate that a policy chooses: Theano's
/// GpuDnnConv, GpuDnnConvGradI and GpuDnnConvGradW.
///
/// - Static names (`none`, `small`, `large`, `deterministic`, `fft`, `fft_tiling`, `winograd`,
///   `winograd_non_fused`): the best measured row of that family, else its default, else what
///   `none` takes, which choice().reason then says.
/// - `guess_once`, `guess_on_shape_change`: what the library takes by itself.
/// - `time_once`, `time_on_shape_change`: the fastest measured. What the database does not know is
///   timed on the first call, on buffers of its own, and stored: another process does not time it
///   again.
///
/// A choice is made once for each key: the problem, the policy, what is demanded, the device, and
/// whether source, filter and destination are all aligned to 16 bytes. All objects of this process
/// share the choices. Tensors of less alignment are answered by the same rows, which were measured
/// on others, less those of candidates that do not take them. A choice that needs more workspace
/// than there is by now is made again.
/// `_once` is the exception: the candidate that the first call came to is the object's for ever.
/// A later problem runs by it with a workspace of its own size, or not at all: Error(no_answer)
/// where it does not take that problem or its workspace cannot be had. It never reads a workspace
/// that is too small, as Theano's did.
///
/// One call at a time for each object; several objects may run in several threads, of which only
/// one at a time chooses.
class Convolution {
 public:
  explicit Convolution(const ConvolutionOptions& options = {});
  Convolution(const Rooms& rooms, const ConvolutionOptions& options, SelectionCache& cache);
  ~Convolution();
  Convolution(Convolution&&) noexcept;
  Convolution& operator=(Convolution&&) noexcept;

  /// Computes the output of `problem` from dense tensors in the layouts that it names. The output
  /// tensor is read only with `accumulate`; `buffers.workspace` is not looked at. Without images,
  /// filters or channels no kernel runs: the output is zeros, or with `accumulate` what it was.
  ///
  /// On a GPU all buffers are of its memory, each tensor aligned to its elements; the work is put
  /// on the stream, which is not waited for, and the calling thread works on that GPU afterwards. A
  /// workspace that grows is released while earlier calls may still use it; CUDA waits for them
  /// then. Timing on a miss runs on buffers of its own, and waits.
  ///
  /// Throws Error: bad_input for a policy that there is not for the direction and rank, a layout
  /// `any`, constant weights, a missing buffer or a stream on a CPU; no_answer when nothing may
  /// answer; environment when memory cannot be had or the library fails; interrupted when `stop`
  /// said so. The output is undefined after the last two.
  void run(const ConvProblem& problem, const Buffers& buffers);

  /// What it runs on.
  const Device& device() const;

  /// What the last call ran, until the next one; nullptr when no kernel ran, or it threw.
  const Choice* choice() const;

  struct Counts {
    std::int64_t calls = 0;       ///< of run
    std::int64_t selections = 0;  ///< choices that this object made
    std::int64_t shared = 0;      ///< choices that it found made already
    std::int64_t prepared = 0;    ///< plans
  };
  Counts counts() const;

  /// Bytes that are held for the calls to come: what the largest so far needed.
  std::size_t workspace_bytes() const;
  /// Gives them back.
  void release_workspace();

  /// What went wrong on the way, one sentence each, since the last call.
  std::vector<std::string> warnings();

 private:
  class Body;
  std::unique_ptr<Body> body_;
};

}  // namespace convtune
