#include "block.hpp"

#include <algorithm>

#include "../../../kernels/cuda/simt.hpp"

namespace convtune::cuda {
namespace {

constexpr auto lanes = static_cast<std::size_t>(warp_size);

std::string text(const Block::Place& place) {
  return "line " + std::to_string(place.line());
}

bool same(const Block::Place& a, const Block::Place& b) {
  return a.line() == b.line() && a.column() == b.column() &&
         std::strcmp(a.file_name(), b.file_name()) == 0;
}

}  // namespace

Block::Block(int threads, std::size_t shared_bytes)
    : threads_(static_cast<std::size_t>(threads)),
      shared_((shared_bytes + sizeof(Unit) - 1) / sizeof(Unit)) {
  // Nobody may rely on what lies there.
  if (!shared_.empty()) std::memset(shared_.data(), 0xff, shared_.size() * sizeof(Unit));
}

void Block::run(int threads, std::size_t shared_bytes, Order order,
                const std::function<void(Block&, int)>& body) {
  Block block(threads, shared_bytes);
  for (int i = 0; i < threads; ++i)
    block.fibers_.push_back(std::make_unique<Fiber>([&block, &body, i] { body(block, i); }));
  const auto turns = numbers_in(order, threads);
  for (bool released = true; released;) {
    for (const std::int64_t turn : turns) {
      const auto i = static_cast<std::size_t>(turn);
      if (block.threads_[i].state != State::ready) continue;
      block.fibers_[i]->resume();
      if (block.fibers_[i]->ended()) block.threads_[i].state = State::ended;
    }
    if (std::ranges::all_of(block.threads_,
                            [](const Waiting& one) { return one.state == State::ended; }))
      return;
    released = block.release_barrier() || block.release_shuffles();
  }
  const auto stuck = std::ranges::find_if(
      block.threads_, [](const Waiting& one) { return one.state != State::ended; });
  throw KernelFault("thread " + std::to_string(stuck - block.threads_.begin()) + " waits in " +
                    text(stuck->place) + " for threads that do not come there");
}

void Block::wait_for_block(int thread, const Place& place) {
  wait(thread, State::at_barrier, place);
}

Block::Slot Block::exchange(int thread, int lane, const Slot& mine, const Place& place) {
  if (threads_.size() % lanes != 0) throw KernelFault("a shuffle in a warp that is not whole");
  Waiting& self = threads_[static_cast<std::size_t>(thread)];
  self.given = mine;
  self.lane = lane;
  wait(thread, State::at_shuffle, place);
  return self.taken;
}

void Block::wait(int thread, State state, const Place& place) {
  const auto i = static_cast<std::size_t>(thread);
  threads_[i].state = state;
  threads_[i].place = place;
  fibers_[i]->yield();
}

bool Block::together(std::size_t first, std::size_t last, State state) const {
  for (std::size_t i = first; i < last; ++i)
    if (threads_[i].state != state || !same(threads_[i].place, threads_[first].place)) return false;
  return true;
}

bool Block::release_barrier() {
  if (!together(0, threads_.size(), State::at_barrier)) return false;
  for (Waiting& one : threads_) one.state = State::ready;
  return true;
}

bool Block::release_shuffles() {
  bool released = false;
  for (std::size_t first = 0; first + lanes <= threads_.size(); first += lanes) {
    if (!together(first, first + lanes, State::at_shuffle)) continue;
    for (std::size_t i = first; i < first + lanes; ++i) {
      threads_[i].taken = threads_[first + static_cast<std::size_t>(threads_[i].lane)].given;
      threads_[i].state = State::ready;
    }
    released = true;
  }
  return released;
}

}  // namespace convtune::cuda
