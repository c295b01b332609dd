#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <source_location>
#include <stdexcept>
#include <string>
#include <vector>

#include "fiber.hpp"
#include "order.hpp"

namespace convtune::cuda {

/// A kernel that a GPU might run wrongly or never end.
struct KernelFault : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The threads of one block that works together, each a fiber. One runs at a time, until it waits:
/// a race between threads that do not wait in between shows as a result that depends on the order.
class Block {
 public:
  using Place = std::source_location;
  using Slot = std::array<std::byte, 8>;

  /// Runs body(i) for every thread i. Throws KernelFault where not all threads wait at one barrier,
  /// or not all lanes of a warp at one shuffle.
  static void run(int threads, std::size_t shared_bytes, Order order,
                  const std::function<void(Block&, int)>& body);

  void* shared() { return shared_.data(); }
  void wait_for_block(int thread, const Place& place);
  /// Gives `mine` to the lanes of the warp and returns what `lane` of it gave.
  Slot exchange(int thread, int lane, const Slot& mine, const Place& place);

 private:
  enum class State { ready, at_barrier, at_shuffle, ended };
  struct Waiting {
    State state = State::ready;
    Place place;
    Slot given{}, taken{};
    int lane = 0;
  };
  struct alignas(16) Unit {
    std::byte bytes[16];
  };

  Block(int threads, std::size_t shared_bytes);
  void wait(int thread, State state, const Place& place);
  bool release_barrier();
  bool release_shuffles();
  bool together(std::size_t first, std::size_t last, State state) const;

  std::vector<Waiting> threads_;
  std::vector<Unit> shared_;
  std::vector<std::unique_ptr<Fiber>> fibers_;
};

}  // namespace convtune::cuda
