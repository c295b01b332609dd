#include "interrupt.hpp"

#include <atomic>
#include <csignal>
#include <utility>

#include "output.hpp"

namespace convtune {
namespace {

std::atomic<bool> asked{false};
static_assert(std::atomic<bool>::is_always_lock_free, "it is set by a signal handler");

}  // namespace

void watch_interrupts() {
  struct sigaction action{};
  action.sa_handler = [](int) { asked.store(true); };
  // The handler serves once each: the next signal of the kind does what it always does.
  action.sa_flags = SA_RESETHAND | SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() {
  return asked.load();
}

std::function<bool()> stop_when_interrupted(std::function<void()> before) {
  return [before = std::move(before), told = false]() mutable {
    if (interrupted() && !std::exchange(told, true)) {
      if (before) before();
      write_message("stopping after this sample; once more to stop at once");
    }
    return interrupted();
  };
}

}  // namespace convtune
