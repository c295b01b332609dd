#include "workspace.hpp"

#include <cstdlib>

#include <fmt/format.h>

#include <convtune/error.hpp>

#include "system.hpp"

namespace convtune {
namespace {

constexpr std::size_t alignment = 64;

class HostWorkspaces final : public WorkspaceAllocator {
 public:
  void* allocate(std::size_t bytes) override {
    return std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
  }
  void release(void* memory) noexcept override { std::free(memory); }
  std::size_t largest_block() override { return System().memory_available() / 4; }
};

}  // namespace

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
