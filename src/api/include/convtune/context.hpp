#pragma once

#include <memory>
#include <string>
#include <vector>

#include <convtune/backend.hpp>
#include <convtune/device.hpp>
#include <convtune/environment.hpp>
#include <convtune/store.hpp>

namespace convtune {

/// Where and how questions are asked and times are taken.
struct Context {
  std::string database = {};   ///< empty: default_database(); ":memory:" keeps nothing
  std::string device = "cpu";  ///< or a GPU that is not here: its name, or a file of its properties
  int threads = 0;             ///< 0: what the affinity mask and the container allow
  /// Program and arguments that end in serve_worker(): candidates are checked and timed in such
  /// processes, which end with the thread that tunes. Empty: in this process, where a candidate
  /// that crashes or hangs takes it along.
  std::vector<std::string> worker = {};
};

/// The work of a process that was started as Context::worker; returns when it is over. False when
/// this one was not.
bool serve_worker();

/// $CONVTUNE_DB, else $XDG_DATA_HOME/convtune/convtune.db, else
/// ~/.local/share/convtune/convtune.db. The last two ignore variables that are relative.
std::string default_database();

/// True if the caller or $CONVTUNE_DB names the database, which may be a wrong name then.
bool names_database(const Context& context);

/// $CONVTUNE_SYSTEM_DB: a store that is only read, below the user's; empty: none.
std::string system_database();

/// Threads that OpenMP would use: affinity mask, container quota, OMP_NUM_THREADS.
int default_threads();

/// The device of `context`. Throws Error(bad_input) for a name that is not there.
Device probe_device(const Context& context);

/// The machine under us; reads /proc, /sys and cpuid, opens no library.
Machine probe_machine();
/// The class of a device, and which one of its class it is.
Machine probe_machine(const Device& device);

/// The environment of one backend here and now. Opens the backend's libraries.
Environment probe_environment(const Backend& backend, const Device& device);

/// The same as last remembered in `store` when the library files, the settings and the machine are
/// those; opens nothing. Nullopt when it must be probed.
std::optional<Environment> remembered_environment(const std::string& backend, const Device& device,
                                                  const Store& store);

/// What a program must set before any library loads (wait policy, thread count, BLAS core type),
/// as NAME=VALUE for what is not set by the user yet.
std::vector<std::string> library_settings(const Context& context);

}  // namespace convtune
