#include "interrupt.hpp"

#include <atomic>
#include <csignal>
#include <memory>
#include <utility>

#include "output.hpp"

namespace convtune {
namespace {

std::atomic<bool> asked{false};
bool watching = false;
static_assert(std::atomic<bool>::is_always_lock_free, "it is set by a signal handler");

}  // namespace

void watch_interrupts() {
  watching = true;
  struct sigaction action{};
  action.sa_handler = [](int) { asked.store(true); };
  // The handler serves once each: the next signal of the kind does what it always does.
  action.sa_flags = SA_RESETHAND | SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGHUP, &action, nullptr);
}

bool watching_interrupts() {
  return watching;
}

bool interrupted() {
  return asked.load() || !output_is_read();
}

std::function<bool()> stop_when_interrupted(std::function<void()> before) {
  // Shared: the caller's copies are told once together.
  return [before = std::move(before), told = std::make_shared<bool>(false)] {
    if (interrupted() && !std::exchange(*told, true)) {
      if (before) before();
      write_message(asked.load() ? "stopping after this sample; once more to stop at once"
                                 : "nobody reads the output any more: stopping after this sample");
    }
    return interrupted();
  };
}

}  // namespace convtune
