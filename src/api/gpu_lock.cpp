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
#include <unistd.h>

#include "stop.hpp"

namespace convtune {
namespace {

constexpr std::chrono::milliseconds between_tries{100};

}  // namespace

std::string GpuLock::path(const Device& device) {
  const char* const chosen = std::getenv("XDG_RUNTIME_DIR");
  std::error_code ignored;
  const std::filesystem::path folder =
      chosen && *chosen ? chosen : std::filesystem::temp_directory_path(ignored);
  return folder / ("convtune-" + (device.serial.empty() ? device.id : device.serial) + ".lock");
}

GpuLock::GpuLock(const Device& device, const std::function<bool()>& stop,
                 const std::function<void(const std::string&)>& progress) {
  if (device.kind == DeviceKind::cpu) return;
  constexpr int everybody = 0666;
  const std::string file = path(device);
  file_ = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, everybody);
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
