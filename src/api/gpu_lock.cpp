#include "gpu_lock.hpp"

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stop.hpp"

namespace convtune {
namespace {

constexpr std::chrono::milliseconds between_tries{100};

}  // namespace

std::string GpuLock::path(const Device& device) {
  const char* const chosen = std::getenv("CONVTUNE_LOCK_DIR");
  const std::filesystem::path folder = chosen && *chosen ? chosen : "/tmp";
  return folder / ("convtune-" + (device.serial.empty() ? device.id : device.serial) + ".lock");
}

GpuLock::GpuLock(const Device& device, const std::function<bool()>& stop,
                 const std::function<void(const std::string&)>& progress) {
  if (device.kind == DeviceKind::cpu) return;
  constexpr int readable_by_all = 0444;
  const std::string file = path(device);
  // Reading is enough to lock it, and a file of another user's in /tmp cannot be opened otherwise.
  file_ = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (file_ < 0 && errno == ENOENT) {
    file_ = open(file.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC, readable_by_all);
    if (file_ >= 0) fchmod(file_, readable_by_all);
  }
  if (file_ < 0) {
    if (progress)
      progress(fmt::format("{} cannot be locked for this process alone ({}: {})", device.name, file,
                           std::strerror(errno)));
    return;
  }
  for (bool told = false; flock(file_, LOCK_EX | LOCK_NB) != 0; told = true) {
    if (!told && progress)
      progress(fmt::format("another process times on {}: waiting for it", device.name));
    try {
      stop_if_asked(stop);
    } catch (...) {
      close(file_);
      throw;
    }
    std::this_thread::sleep_for(between_tries);
  }
}

GpuLock::~GpuLock() {
  if (file_ >= 0) close(file_);
}

}  // namespace convtune
