#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <convtune/device.hpp>
#include <convtune/environment.hpp>

namespace convtune {

/// The machine as its /proc, /sys and /etc tell it, under a folder that tests can make.
class System {
 public:
  explicit System(std::filesystem::path root = "/") : root_(std::move(root)) {}

  /// Content of a file without white space at its end; nullopt if it cannot be read.
  std::optional<std::string> read(const std::string& path) const;
  bool exists(const std::string& path) const;

  /// CPUs' worth of time that the control groups of this process allow, rounded up.
  std::optional<int> cpu_quota() const;
  /// Bytes that a process may use: of the machine, or of its control groups if that is less.
  std::size_t memory_limit() const;
  /// Bytes that it could still take now, by the same two.
  std::size_t memory_available() const;

  /// The CPU as implementations need to know it, except for its threads.
  Device cpu() const;
  Machine machine() const;

 private:
  std::optional<std::size_t> meminfo(const std::string& key) const;
  std::vector<std::string> control_group_folders(const std::string& controller) const;

  std::filesystem::path root_;
};

/// OMP_NUM_THREADS where it is set, else what `affinity` and `quota` allow, at least 1 and at most
/// OMP_THREAD_LIMIT.
int thread_count(int affinity, std::optional<int> quota);

/// The folder that the system's list of users has for who runs this process; empty: none.
std::string home_of_user();

/// Who runs this process, where: "ada@host"; a number for a user without a name.
std::string user_at_host();

}  // namespace convtune
