#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tuner/workplace.hpp>

namespace convtune {

struct WorkerSettings {
  /// Program and arguments that end in serve_candidates.
  std::vector<std::string> command;
  /// However short a call is expected to be, this long it may take, and so may making a plan.
  double patience_seconds = 30;
  /// A worker that gives no sign of life for so long while it should work has stopped.
  double silence_seconds = 15;
  /// After somebody asked to stop, a request may take this long before its worker is ended.
  double grace_seconds = 3;
  /// Private memory that a plan may take, besides 16 times its tensors.
  std::size_t allowance_bytes = std::size_t{1} << 30;
};

/// Candidates in worker processes, one for each backend and worker_environment, started when first
/// needed; nothing is asked of one while another works. Tensors lie in memory that all of them
/// share, so that candidates of different workers meet the same ones. Whatever a candidate does to
/// its worker becomes a TrialLost; the next use of any other starts a new one. All workers end with
/// the object, with this process, and with the thread that started them.
std::unique_ptr<Workplace> process_workplace(WorkerSettings settings);

/// Where a worker finds what it shares with the process that started it.
inline constexpr int worker_channel = 3, worker_memory = 4;

/// The worker's side: answers requests until the other side is gone, then returns. `find` gives the
/// implementation of a name, or nullptr; `open` the devices that they may run on. Returns false
/// where it was not started as a worker.
bool serve_candidates(const std::function<const Implementation*(std::string_view)>& find,
                      OpenAccelerator open = {});

}  // namespace convtune
