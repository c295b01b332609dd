#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>

#include <ucontext.h>

namespace convtune::cuda {

/// A function that can stop in the middle and go on later, on a stack of its own; all on one
/// thread. A fiber that has not ended is dropped with what lies on its stack.
class Fiber {
 public:
  explicit Fiber(std::function<void()> body);
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  /// Runs the body until it yields or ends; rethrows what it throws.
  void resume();
  /// Called by the body: back to whoever resumed.
  void yield();
  bool ended() const { return ended_; }

 private:
  static void enter(unsigned high, unsigned low);
  void arrived_inside();

  std::function<void()> body_;
  std::unique_ptr<std::byte[]> stack_;
  ucontext_t inside_{}, outside_{};
  std::exception_ptr failure_;
  bool ended_ = false;

  // What the address sanitizer wants to know of stacks.
  void *fake_inside_ = nullptr, *fake_outside_ = nullptr;
  const void* outside_bottom_ = nullptr;
  std::size_t outside_size_ = 0;
};

}  // namespace convtune::cuda
