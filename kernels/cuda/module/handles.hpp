#pragma once

#include <utility>

#include "runtime.hpp"

namespace convtune::cuda {

/// Something of the runtime that is released when it goes.
template <class Handle, void (Runtime::*release)(Handle) noexcept>
class Owned {
 public:
  Owned() = default;
  Owned(Runtime& runtime, Handle handle) : runtime_(&runtime), handle_(handle) {}
  ~Owned() {
    if (handle_) (runtime_->*release)(handle_);
  }
  Owned(Owned&& other) noexcept
      : runtime_(other.runtime_), handle_(std::exchange(other.handle_, nullptr)) {}
  Owned& operator=(Owned&& other) noexcept {
    std::swap(runtime_, other.runtime_);
    std::swap(handle_, other.handle_);
    return *this;
  }

  Handle get() const { return handle_; }
  explicit operator bool() const { return handle_ != nullptr; }

 private:
  Runtime* runtime_ = nullptr;
  Handle handle_ = nullptr;
};

using OwnedMemory = Owned<void*, &Runtime::release>;
using OwnedQueue = Owned<Runtime::Queue, &Runtime::release_queue>;
using OwnedEvent = Owned<Runtime::Event, &Runtime::release_event>;
using OwnedGraph = Owned<Runtime::Graph, &Runtime::release_graph>;

}  // namespace convtune::cuda
