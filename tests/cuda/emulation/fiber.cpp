#include "fiber.hpp"

#include <cstdint>
#include <utility>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace convtune::cuda {
namespace {

constexpr std::size_t stack_bytes = 64 << 10;  // sanitizers make frames large

#if defined(__SANITIZE_ADDRESS__)
void leave(void** fake, const void* bottom, std::size_t size) {
  __sanitizer_start_switch_fiber(fake, bottom, size);
}
void arrive(void* fake, const void** bottom, std::size_t* size) {
  __sanitizer_finish_switch_fiber(fake, bottom, size);
}
void forget(const void* stack) {
  __asan_unpoison_memory_region(stack, stack_bytes);
}
#else
void leave(void**, const void*, std::size_t) {}
void arrive(void*, const void**, std::size_t*) {}
void forget(const void*) {}
#endif

}  // namespace

Fiber::Fiber(std::function<void()> body)
    : body_(std::move(body)), stack_(new std::byte[stack_bytes]) {
  getcontext(&inside_);
  inside_.uc_stack.ss_sp = stack_.get();
  inside_.uc_stack.ss_size = stack_bytes;
  inside_.uc_link = nullptr;
  // makecontext passes arguments of int alone.
  const auto self = reinterpret_cast<std::uintptr_t>(this);
  makecontext(&inside_, reinterpret_cast<void (*)()>(&Fiber::enter), 2,
              static_cast<unsigned>(self >> 32), static_cast<unsigned>(self));
}

Fiber::~Fiber() {
  forget(stack_.get());
}

void Fiber::resume() {
  leave(&fake_outside_, stack_.get(), stack_bytes);
  swapcontext(&outside_, &inside_);
  arrive(fake_outside_, nullptr, nullptr);
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void Fiber::yield() {
  leave(&fake_inside_, outside_bottom_, outside_size_);
  swapcontext(&inside_, &outside_);
  arrived_inside();
}

void Fiber::arrived_inside() {
  arrive(fake_inside_, &outside_bottom_, &outside_size_);
}

void Fiber::enter(unsigned high, unsigned low) {
  const std::uintptr_t address = static_cast<std::uintptr_t>(high) << 32 | low;
  auto* const self = reinterpret_cast<Fiber*>(address);  // NOLINT: makecontext hands on integers
  self->arrived_inside();
  try {
    self->body_();
  } catch (...) {
    self->failure_ = std::current_exception();
  }
  self->ended_ = true;
  leave(nullptr, self->outside_bottom_, self->outside_size_);
  swapcontext(&self->inside_, &self->outside_);
}

}  // namespace convtune::cuda
