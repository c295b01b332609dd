// One process at a time has a GPU. Two locks of one process stand for two processes: the kernel
// keeps them apart by open file.
#include "gpu_lock.hpp"

#include <atomic>
#include <filesystem>
#include <optional>
#include <thread>

#include <gmock/gmock.h>
#include <unistd.h>

#include <convtune/error.hpp>

namespace convtune {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Lock : public testing::Test {
 protected:
  Lock() {
    std::filesystem::create_directories(folder_);
    setenv("CONVTUNE_LOCK_DIR", folder_.c_str(), 1);
  }
  ~Lock() override {
    unsetenv("CONVTUNE_LOCK_DIR");
    std::filesystem::remove_all(folder_);
  }
  static Device gpu(const std::string& serial) {
    Device device{.kind = DeviceKind::cuda, .id = "cuda:0", .name = "a GPU"};
    device.serial = serial;
    return device;
  }

  std::string folder_ = testing::TempDir() + "gpu_lock_test_" + std::to_string(getpid());
  std::vector<std::string> said_;
  std::function<void(const std::string&)> say_ = [this](const std::string& line) {
    said_.push_back(line);
  };
};

TEST_F(Lock, TheSecondWaitsForTheFirst) {
  std::optional<GpuLock> first(std::in_place, gpu("GPU-1"), nullptr, say_);
  EXPECT_TRUE(said_.empty());
  std::atomic<bool> entered = false;
  std::thread second([&] {
    const GpuLock lock(gpu("GPU-1"), nullptr, say_);
    entered = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(250));
  EXPECT_FALSE(entered);
  first.reset();
  second.join();
  EXPECT_TRUE(entered);
  EXPECT_THAT(said_, ElementsAre("another process times on a GPU: waiting for it"));
}

TEST_F(Lock, WhoWaitsCanBeStopped) {
  const GpuLock first(gpu("GPU-1"), nullptr, nullptr);
  int asked = 0;
  try {
    const GpuLock second(gpu("GPU-1"), [&] { return ++asked > 2; }, nullptr);
    FAIL() << "it got the GPU";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::interrupted);
  }
}

TEST_F(Lock, AnotherGpuIsFree) {
  const GpuLock first(gpu("GPU-1"), nullptr, say_);
  const GpuLock second(gpu("GPU-2"), nullptr, say_);
  EXPECT_TRUE(said_.empty());
}

TEST_F(Lock, ACpuIsNotLocked) {
  const GpuLock first(Device{}, nullptr, say_);
  const GpuLock second(Device{}, nullptr, say_);
  EXPECT_TRUE(said_.empty());
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(Lock, WithoutAPlaceItSaysSo) {
  setenv("CONVTUNE_LOCK_DIR", (folder_ + "/missing").c_str(), 1);
  const GpuLock lock(gpu("GPU-1"), nullptr, say_);
  ASSERT_EQ(said_.size(), 1U);
  EXPECT_THAT(said_[0], HasSubstr("a GPU cannot be locked for this process alone"));
}

}  // namespace
}  // namespace convtune
