#pragma once

#include <cstddef>
#include <memory>

namespace convtune {

/// Where workspaces come from: host memory, or a device's where one is used. One object may
/// serve several convolutions; each calls from its own thread.
class WorkspaceAllocator {
 public:
  virtual ~WorkspaceAllocator() = default;

  /// `bytes` > 0, aligned to 64; nullptr when they cannot be had.
  virtual void* allocate(std::size_t bytes) = 0;
  virtual void release(void* memory) noexcept = 0;

  /// Bytes that one workspace may have now. Asked at each selection, and each time a workspace
  /// grows, so that the answer may change.
  virtual std::size_t largest_block() = 0;
};

/// Memory of this process. Like Theano's, its largest block is a quarter of what is available: the
/// rest of the program lives there too.
std::shared_ptr<WorkspaceAllocator> host_workspaces();

}  // namespace convtune
