#include "system.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include <pwd.h>
#include <unistd.h>

namespace convtune {
namespace {

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return std::nullopt;
  return value;
}

std::optional<std::int64_t> number(const std::optional<std::string>& text) {
  return text ? number(std::string_view(*text)) : std::nullopt;
}

std::optional<std::int64_t> positive_variable(const char* variable) {
  const char* const text = std::getenv(variable);
  const auto value = text ? number(std::string_view(text)) : std::nullopt;
  return value && *value > 0 ? value : std::nullopt;
}

bool lists(std::string_view controllers, std::string_view wanted) {
  while (!controllers.empty()) {
    const auto comma = controllers.find(',');
    if (controllers.substr(0, comma) == wanted) return true;
    controllers.remove_prefix(comma == std::string_view::npos ? controllers.size() : comma + 1);
  }
  return false;
}

// What the list of users says of who runs this process; empty: nothing.
std::string of_user(char* passwd::* field) {
  std::array<char, 1 << 14> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  getpwuid_r(geteuid(), &entry, buffer.data(), buffer.size(), &found);
  return found && found->*field ? found->*field : "";
}

}  // namespace

std::optional<std::string> System::read(const std::string& path) const {
  std::ifstream file(root_ / path);
  if (!file) return std::nullopt;
  std::string content{std::istreambuf_iterator<char>(file), {}};
  content.erase(content.find_last_not_of(" \n\t") + 1);
  return content;
}

bool System::exists(const std::string& path) const {
  std::error_code ignored;
  return std::filesystem::exists(root_ / path, ignored);
}

// The folders of our group and all groups around it: a limit on any of them counts. Inside a
// container the paths in /proc may be those outside, so the mount point itself is always asked.
std::vector<std::string> System::control_group_folders(const std::string& controller) const {
  std::vector<std::string> folders;
  std::istringstream lines(read("proc/self/cgroup").value_or(""));
  for (std::string line; std::getline(lines, line);) {
    const auto first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    if (!controllers.empty() && !lists(controllers, controller)) continue;
    const std::string mount = "sys/fs/cgroup" + (controllers.empty() ? "" : "/" + controller);
    std::filesystem::path group = line.substr(second + 1);
    for (; group.has_relative_path(); group = group.parent_path())
      folders.push_back(mount + group.string());
    folders.push_back(mount);
  }
  return folders;
}

std::optional<int> System::cpu_quota() const {
  std::optional<int> least;
  const auto allow = [&](std::int64_t quota, std::int64_t period) {
    if (quota <= 0 || period <= 0) return;
    const int cpus = static_cast<int>((quota + period - 1) / period);
    least = std::min(least.value_or(cpus), cpus);
  };
  for (const std::string& folder : control_group_folders("cpu")) {
    if (const auto limit = read(folder + "/cpu.max")) {
      std::istringstream words(*limit);
      std::string quota;
      std::int64_t period = 0;
      if (words >> quota >> period) allow(number(std::string_view(quota)).value_or(0), period);
    }
    allow(number(read(folder + "/cpu.cfs_quota_us")).value_or(0),
          number(read(folder + "/cpu.cfs_period_us")).value_or(0));
  }
  return least;
}

// Bytes, under a name such as "MemTotal:".
std::optional<std::size_t> System::meminfo(const std::string& key) const {
  std::istringstream words(read("proc/meminfo").value_or(""));
  std::size_t kibibytes = 0;
  for (std::string word; words >> word;)
    if (word == key && words >> kibibytes) return kibibytes << 10;
  return std::nullopt;
}

std::size_t System::memory_limit() const {
  std::size_t bytes = meminfo("MemTotal:").value_or(Device{}.memory_bytes);
  for (const std::string& folder : control_group_folders("memory"))
    for (const char* file : {"/memory.max", "/memory.limit_in_bytes"})
      if (const auto limit = number(read(folder + file)); limit && *limit > 0)
        bytes = std::min(bytes, static_cast<std::size_t>(*limit));
  return bytes;
}

std::size_t System::memory_available() const {
  constexpr std::pair<const char*, const char*> limits_and_uses[] = {
      {"/memory.max", "/memory.current"}, {"/memory.limit_in_bytes", "/memory.usage_in_bytes"}};
  std::size_t bytes = meminfo("MemAvailable:").value_or(memory_limit());
  for (const std::string& folder : control_group_folders("memory"))
    for (const auto& [limit_file, use_file] : limits_and_uses) {
      const auto limit = number(read(folder + limit_file)), use = number(read(folder + use_file));
      if (limit && use && *limit > 0)
        bytes = std::min(bytes, static_cast<std::size_t>(std::max<std::int64_t>(*limit - *use, 0)));
    }
  return bytes;
}

int thread_count(int affinity, std::optional<int> quota) {
  std::int64_t threads = std::min(affinity, quota.value_or(affinity));
  if (const auto asked = positive_variable("OMP_NUM_THREADS")) threads = *asked;
  if (const auto limit = positive_variable("OMP_THREAD_LIMIT")) threads = std::min(threads, *limit);
  return static_cast<int>(std::clamp<std::int64_t>(threads, 1, 1 << 16));
}

std::string home_of_user() {
  return of_user(&passwd::pw_dir);
}

std::string user_at_host() {
  const std::string name = of_user(&passwd::pw_name);
  const std::string user = name.empty() ? std::to_string(geteuid()) : name;
  return user + '@' + System().read("proc/sys/kernel/hostname").value_or("unknown");
}

}  // namespace convtune
