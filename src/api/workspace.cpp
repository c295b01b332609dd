#include "workspace.hpp"

#include <cstdlib>
#include <new>

#include <fmt/format.h>

#include <convtune/error.hpp>

#include "system.hpp"

namespace convtune {
namespace {

constexpr std::size_t alignment = 64;

constexpr std::size_t share = 4;  // one workspace may have a quarter of what is available

class HostWorkspaces final : public WorkspaceAllocator {
 public:
  void* allocate(std::size_t bytes) override {
    return std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
  }
  void release(void* memory) noexcept override { std::free(memory); }
  std::size_t largest_block() override { return System().memory_available() / share; }
};

class DeviceWorkspaces final : public WorkspaceAllocator {
 public:
  explicit DeviceWorkspaces(std::shared_ptr<Accelerator> device) : device_(std::move(device)) {}
  void* allocate(std::size_t bytes) override {
    try {
      return device_->allocate(bytes);
    } catch (const std::bad_alloc&) {
      return nullptr;
    }
  }
  void release(void* memory) noexcept override { device_->release(memory); }
  std::size_t largest_block() override { return device_->available_bytes() / share; }

 private:
  std::shared_ptr<Accelerator> device_;
};

}  // namespace

std::shared_ptr<WorkspaceAllocator> device_workspaces(std::shared_ptr<Accelerator> device) {
  return std::make_shared<DeviceWorkspaces>(std::move(device));
}

std::shared_ptr<WorkspaceAllocator> host_workspaces() {
  static const auto shared = std::make_shared<HostWorkspaces>();
  return shared;
}

void* Workspace::at_least(std::size_t bytes, const std::string& candidate) {
  if (bytes <= bytes_) return memory_;
  release();
  memory_ = allocator_->allocate(bytes);
  if (memory_ == nullptr)
    throw Error(
        ErrorCode::environment,
        fmt::format("The {} bytes of workspace that {} needs cannot be had.", bytes, candidate));
  bytes_ = bytes;
  return memory_;
}

bool Workspace::fits(std::size_t bytes) {
  return bytes <= bytes_ || bytes <= allocator_->largest_block();
}

void Workspace::release() noexcept {
  if (memory_ != nullptr) allocator_->release(memory_);
  memory_ = nullptr;
  bytes_ = 0;
}

}  // namespace convtune
