#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include <convtune/accelerator.hpp>
#include <convtune/workspace.hpp>

namespace convtune {

/// Memory of a device; otherwise as host_workspaces.
std::shared_ptr<WorkspaceAllocator> device_workspaces(std::shared_ptr<Accelerator> device);

/// The one workspace of an object; it grows and is given back at the end.
class Workspace {
 public:
  explicit Workspace(std::shared_ptr<WorkspaceAllocator> allocator)
      : allocator_(std::move(allocator)) {}
  ~Workspace() { release(); }
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  /// Throws Error(environment) naming `candidate` when it cannot be had.
  void* at_least(std::size_t bytes, const std::string& candidate);
  /// True if that much is held, or may be had now.
  bool fits(std::size_t bytes);
  /// What a selection may count on now.
  std::size_t limit() { return std::max(bytes_, allocator_->largest_block()); }
  std::size_t bytes() const { return bytes_; }
  void release() noexcept;

 private:
  std::shared_ptr<WorkspaceAllocator> allocator_;
  void* memory_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace convtune
