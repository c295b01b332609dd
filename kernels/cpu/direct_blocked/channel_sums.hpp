#pragma once

#include <vector>

#include "block.hpp"
#include "blocking.hpp"
#include "channel_tile.hpp"
#include "turned_store.hpp"

namespace convtune::direct_blocked {

/// Sums with output channels as lanes: tiles of pixels that are broadcast, a band of rows after the
/// other, each turned into rows of pixels when it is done.
template <class T>
class ChannelSums {
 public:
  explicit ChannelSums(const Blocking& blocking);

  /// All outputs of the block in one block of filters.
  void run(const Block& block, std::int64_t filters, const Operands<T>& operands) const;

 private:
  void sum(const T* inputs, const T* weights, T* sums, std::int64_t rows) const;
  void sum_part(ChannelTile<T> tile, const T* inputs, T* sums, std::int64_t rows) const;
  void write(const Block& block, std::int64_t filters, const Operands<T>& operands,
             std::int64_t deep, std::int64_t high, std::int64_t rows) const;

  const Blocking& blocking_;
  std::int64_t tiles_ = 1;      ///< of a row
  std::int64_t tile_rows_ = 1;  ///< rows of a tile
  /// By rows less one; of tiles with the usual number of pixels, and with one more.
  std::vector<RunChannelTile<T>> usual_, wider_;
  RunTurnedStore<T> store_;
};

}  // namespace convtune::direct_blocked
