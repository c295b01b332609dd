#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "line_reader.hpp"

namespace convtune {

/// How a process ended.
struct Ending {
  bool killed = false;  ///< by a signal
  int code = 0;         ///< the signal, or the exit status
};

/// A running worker and the channel to it. It ends with the object.
class WorkerProcess {
 public:
  /// `settings`: NAME=VALUE besides or instead of those of this process. Throws WorkplaceLost when
  /// it cannot be started.
  WorkerProcess(const std::vector<std::string>& command, const std::vector<std::string>& settings,
                int shared_memory);
  ~WorkerProcess();
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  LineReader& lines() { return lines_; }
  bool send(std::string line) { return write_line(channel_, std::move(line)); }

  /// Holds it where it is, or lets it go on: a waiting pool of threads may spin.
  void hold();
  void go_on();

  /// How it ended, if it ended by itself within a moment; otherwise it is killed now.
  std::optional<Ending> end();

 private:
  pid_t process_ = 0;
  int channel_;
  LineReader lines_;
  bool held_ = false;
};

/// "SIGSEGV (Segmentation fault)", or "exit status 3".
std::string description(const Ending& ending);

}  // namespace convtune
