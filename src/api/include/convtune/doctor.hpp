#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <convtune/backend.hpp>
#include <convtune/context.hpp>
#include <convtune/devices.hpp>

namespace convtune {

/// Under which name the store keeps the fastest BLAS core type of a machine (Store::setting). The
/// value is what OPENBLAS_CORETYPE takes ("SkylakeX"); empty: the library chooses well by itself.
std::string core_type_setting_key(const Machine& machine);

/// A process that answers every line with a line.
class Helper {
 public:
  virtual ~Helper() = default;
  /// Nullopt when it is gone.
  virtual std::optional<std::string> ask(const std::string& question) = 0;
};

/// Starts a process that runs answer_gemm, with NAME=VALUE `settings` on top of this process's
/// environment; without a VALUE that name is not set there. Nullptr when it cannot be started.
using HelperLauncher =
    std::function<std::unique_ptr<Helper>(const std::vector<std::string>& settings)>;

/// What such a process does with one question, the size n of a square matrix product: it multiplies
/// with the BLAS of this process and answers "SECONDS CORETYPE", or a sentence on what is missing.
std::string answer_gemm(const std::string& question, const Device& device);

/// How fast square matrix products are with each core type that this machine might run, all timed
/// interleaved in processes of their own.
struct CoreTypes {
  struct Timed {
    std::string name;
    double gflops = 0;  ///< median
  };
  std::vector<Timed> timed;  ///< fastest first; empty when remembered or not measurable
  std::string chosen;        ///< what the library takes by itself; empty: unknown
  std::string demanded;      ///< what the user's OPENBLAS_CORETYPE demands; empty: nothing
  std::string running;       ///< what this process runs; empty: unknown
  std::string fastest;       ///< empty: not known
  bool remembered = false;   ///< found out earlier, nothing was timed
  std::string problem;       ///< why there is no answer
};

/// Times `rounds` interleaved rounds. A core type counts as faster than the library's own choice
/// only when it wins by more than 5 %. Throws Error(interrupted) when `stop`, asked between
/// products, says so.
CoreTypes time_core_types(const std::vector<std::string>& names, const HelperLauncher& launch,
                          int rounds, const std::function<bool()>& stop = {});

/// What one fixed piece of work, timed again and again, says about the machine.
struct Noise {
  int samples = 0;
  double median_seconds = 0;
  double relative_sd = 0;  ///< of the samples after the first
  double robust_sd = 0;    ///< 1.4826 MAD over the median
  double first_call = 1;   ///< first sample over the median
  double drift = 0;        ///< last quarter's median over the first quarter's, less 1
};

/// At least four samples in call order.
Noise noise_of(const std::vector<double>& seconds);

/// Rounds until two candidates that differ by `difference` (0.02 is 2 %) are told apart by the
/// race's rule on a machine with this noise.
int rounds_to_tell(const Noise& noise, double difference);

/// The smallest difference that `rounds` rounds tell apart.
double tellable(const Noise& noise, int rounds);

struct BackendFinding {
  std::string name;
  std::string unavailable;  ///< empty: usable; else what is missing and what to install
  std::vector<LibraryVersion> libraries;
  std::map<std::string, std::string> identity;
};

struct DatabaseFinding {
  std::string path;
  bool exists = false;
  std::string fault;  ///< empty: healthy, or not there yet
  int schema_version = 0;
  std::uint64_t bytes = 0;
  std::int64_t problems = 0, runs = 0;
};

/// What of the machine this process may run on. All 0: it could not be found out.
struct Topology {
  int packages = 0, numa_nodes = 0, cores = 0, hardware_threads = 0;
};
Topology probe_topology();

/// What this machine offers and what is in the way of good times.
struct Diagnosis {
  Machine machine;
  Device device;
  Topology topology;
  int available_cores = 0;  ///< in the affinity mask
  std::string wait_policy;  ///< OMP_WAIT_POLICY; empty: not set
  std::string build;        ///< "optimised", "debug" or "sanitizer"
  std::vector<BackendFinding> backends;
  std::vector<std::string> gpus;     ///< those that are here and their state, or why there are none
  std::optional<DeviceFacts> asked;  ///< the GPU that was asked about, be it here or described
  BackendFinding models;             ///< what reads ONNX models; filled in by whoever reads them
  CoreTypes core_types;
  Noise noise;
  int race_rounds = 0;  ///< at most, in a race
  DatabaseFinding database;
  std::vector<std::string> findings;  ///< what the figures mean, one sentence each
  std::vector<std::string> advice;    ///< what to do, one sentence each; empty: nothing
};

struct DoctorOptions {
  HelperLauncher launch;  ///< empty: core types are not timed
  double noise_seconds = 1;
  bool remeasure = false;                            ///< times core types even when remembered
  std::function<void(const std::string&)> progress;  ///< one line for people
  std::function<bool()> stop = {};                   ///< asked now and then
};

/// Looks at everything; takes a few seconds. Remembers the fastest core type in the store of
/// `context`. What cannot be found out becomes a sentence, never an exception; throws
/// Error(interrupted) when it is told to stop.
Diagnosis diagnose(const Context& context, const DoctorOptions& options);

}  // namespace convtune
