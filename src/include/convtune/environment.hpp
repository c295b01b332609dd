#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <convtune/device.hpp>

namespace convtune {

/// A file whose replacement may change times: compared by path, size and modification time.
struct LibraryFile {
  std::string path;
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;  ///< since the epoch
  auto operator<=>(const LibraryFile&) const = default;
};

/// What is at `path` now; size 0 and modified 0 when there is nothing.
LibraryFile library_file(const std::string& path);

/// What a time of one backend's candidates depends on besides the problem.
struct Environment {
  std::string backend;  ///< "cpu", "blas", "onednn"
  /// Hashed: machine, threads, wait_policy, isa, and the backend's own (library versions, core
  /// type).
  std::map<std::string, std::string> identity;
  /// Known but not hashed: os, kernel, governor, limits, compiler, own version, library paths.
  std::map<std::string, std::string> recorded;
  /// The library files that the identity was read from; empty for our own code.
  std::vector<LibraryFile> files;

  /// Stable 64-bit hash of backend and identity.
  std::uint64_t hash() const;
  /// identity["machine"]: the device less its serial numbers.
  std::string machine_class() const;
};

/// The machine that rows come from: its class, and which one of that class it is.
struct Machine {
  std::string name;           ///< "Intel(R) Xeon(R) Processor"
  std::string machine_class;  ///< stable text made of model, ISA, cores, caches
  std::string serial;         ///< tells machines of one class apart
  std::string fingerprint;    ///< JSON object of everything the probe read
};

}  // namespace convtune
