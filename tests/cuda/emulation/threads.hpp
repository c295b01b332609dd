#pragma once

#include <cstdint>
#include <cstring>

#include "../../../kernels/cuda/launch.hpp"
#include "../../../kernels/cuda/simt.hpp"
#include "block.hpp"

namespace convtune::cuda {

/// What a kernel asks of the machine (simt.hpp), if its threads do not work together: each runs
/// from start to end.
class LoneThread {
 public:
  LoneThread(const Grid& grid, std::int64_t block, int index)
      : grid_(grid), block_(block), index_(index) {}

  int index() const { return index_; }
  int count() const { return grid_.threads; }
  std::int64_t block() const { return block_; }
  std::int64_t blocks() const { return grid_.blocks; }

  template <class T>
  T add(T* address, T value) {
    const T old = *address;
    *address = old + value;
    return old;
  }

 private:
  const Grid& grid_;
  std::int64_t block_;
  int index_;
};

/// The same of a block whose threads work together.
class BlockThread : public LoneThread {
 public:
  BlockThread(const Grid& grid, std::int64_t number, Block& block, int index)
      : LoneThread(grid, number, index), together_(block) {}

  void synchronize(const Block::Place& place = Block::Place::current()) {
    together_.wait_for_block(index(), place);
  }
  void* shared() { return together_.shared(); }

  template <class T>
  T shuffle(T value, int lane, const Block::Place& place = Block::Place::current()) {
    return exchange(value, lane & (warp_size - 1), place);
  }
  template <class T>
  T shuffle_down(T value, int by, const Block::Place& place = Block::Place::current()) {
    return exchange(value, lane() + by < warp_size ? lane() + by : lane(), place);
  }
  template <class T>
  T shuffle_xor(T value, int mask, const Block::Place& place = Block::Place::current()) {
    return exchange(value, lane() ^ mask, place);
  }

 private:
  int lane() const { return index() % warp_size; }

  template <class T>
  T exchange(T value, int from, const Block::Place& place) {
    static_assert(sizeof(T) == 4 || sizeof(T) == 8);
    Block::Slot slot{};
    std::memcpy(slot.data(), &value, sizeof value);
    slot = together_.exchange(index(), from, slot, place);
    std::memcpy(&value, slot.data(), sizeof value);
    return value;
  }

  Block& together_;
};

}  // namespace convtune::cuda
