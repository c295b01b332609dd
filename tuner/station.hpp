#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <tuner/isolation.hpp>

#include "protocol.hpp"
#include "shared_memory.hpp"
#include "worker_process.hpp"

namespace convtune {

/// What all stations of one workplace share.
struct Crew {
  WorkerSettings settings;
  SharedMemory memory;
  std::function<bool()> stop;
};

/// Where the worker of one backend and its settings stands. When it is gone, the next request gets
/// a new one.
class Station {
 public:
  Station(Crew& crew, std::vector<std::string> settings)
      : crew_(crew), settings_(std::move(settings)) {}

  /// The answer to `request` of whoever is called `who`, within `patience_seconds`. Throws
  /// TrialLost when the worker did not survive it or did not answer as agreed; std::bad_alloc or
  /// Error where its code said so; WorkplaceLost when no worker can be started.
  Answer ask(Request request, const std::string& who, double patience_seconds);

  /// Starts a worker unless there is one, and gives its number: 1 for the first.
  int worker();

  /// The plan of `worker` is not needed any more; it is told with the next request.
  void plan_gone(int worker, std::int64_t plan);
  /// Tells it now.
  void tidy();
  /// Has a plan destroyed alone, so that whatever becomes of it is its own doing; throws as ask.
  /// One of an earlier worker went with that.
  void end_plan(int worker, std::int64_t plan, const std::string& who);

  /// While another works.
  void hold();

  /// Why `who` must not go on though its last answer was right: what its worker did afterwards.
  /// Empty: nothing.
  std::string late_fault(const std::string& who);

 private:
  void start();
  [[noreturn]] void lose(Outcome outcome, const std::string& reason);
  [[noreturn]] void lose_ended(const std::string& ahead);
  Answer receive(std::int64_t id, double patience_seconds);
  void look_for_late_words();

  Crew& crew_;
  std::vector<std::string> settings_;
  std::unique_ptr<WorkerProcess> process_;
  int started_ = 0;
  std::int64_t asked_ = 0;
  std::size_t released_ = 0;  ///< of the shared memory, told so far
  std::vector<std::int64_t> plans_gone_;
  std::string last_;  ///< who asked last
  std::string late_who_, late_what_;
};

}  // namespace convtune
