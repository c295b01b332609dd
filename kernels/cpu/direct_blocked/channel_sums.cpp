#include "channel_sums.hpp"

#include <algorithm>

namespace convtune::direct_blocked {

template <class T>
ChannelSums<T>::ChannelSums(const Blocking& blocking)
    : blocking_(blocking), store_(turned_store<T>(blocking.isa)) {
  const std::int64_t wide = blocking.axes[2].out();
  const std::int64_t most = blocking.configuration.rows;
  tiles_ = pieces(wide, most);
  tile_rows_ = std::clamp<std::int64_t>(most / wide, 1, most_tile_rows);
  const auto pixels = static_cast<int>(wide / tiles_);
  for (int rows = 1; rows <= tile_rows_; ++rows) {
    ChannelTileSize size{.pixels = pixels,
                         .rows = rows,
                         .vectors = blocking.configuration.vectors,
                         .distance = blocking.distance};
    usual_.push_back(channel_tile<T>(blocking.isa, size));
    if (wide % tiles_ == 0) continue;
    ++size.pixels;
    wider_.push_back(channel_tile<T>(blocking.isa, size));
  }
}

template <class T>
void ChannelSums<T>::run(const Block& block, std::int64_t filters,
                         const Operands<T>& operands) const {
  const T* const weights = operands.filter + (block.group * blocking_.filter_blocks + filters) *
                                                 blocking_.products.count * blocking_.block_filters;
  for (std::int64_t deep = 0; deep < block.size[0]; ++deep)
    for (std::int64_t high = 0; high < block.size[1]; high += blocking_.band) {
      const std::int64_t rows = std::min(blocking_.band, block.size[1] - high);
      sum(operands.inputs + deep * blocking_.deep_step + high * blocking_.high_step, weights,
          operands.sums, rows);
      write(block, filters, operands, deep, high, rows);
    }
}

template <class T>
void ChannelSums<T>::sum(const T* inputs, const T* weights, T* sums, std::int64_t rows) const {
  const Products& products = blocking_.products;
  const auto chunk = static_cast<std::int64_t>(products.offsets.size());
  const std::int64_t part = products.part_chunks * chunk;
  ChannelTile<T> tile{.row_step = blocking_.high_step,
                      .offsets = products.offsets.data(),
                      .chunk = chunk,
                      .chunk_step = products.chunk_step,
                      .sums_row_step = blocking_.axes[2].out() * blocking_.block_filters};
  for (std::int64_t first = 0; first < products.count; first += part) {
    tile.products = std::min(part, products.count - first);
    tile.weights = weights + first * blocking_.block_filters;
    tile.add = first > 0;
    sum_part(tile, inputs + first / chunk * products.chunk_step, sums, rows);
  }
}

template <class T>
void ChannelSums<T>::sum_part(ChannelTile<T> tile, const T* inputs, T* sums,
                              std::int64_t rows) const {
  const std::int64_t wide = blocking_.axes[2].out();
  const std::int64_t pixels = wide / tiles_, wider = wide % tiles_;
  for (std::int64_t row = 0; row < rows; row += tile_rows_) {
    const auto kernel = static_cast<std::size_t>(std::min(tile_rows_, rows - row) - 1);
    for (std::int64_t number = 0; number < tiles_; ++number) {
      const std::int64_t pixel = number * pixels + std::min(number, wider);
      tile.inputs = inputs + row * tile.row_step + pixel * blocking_.distance;
      tile.sums = sums + (row * wide + pixel) * blocking_.block_filters;
      (number < wider ? wider_ : usual_)[kernel](tile);
    }
  }
}

template <class T>
void ChannelSums<T>::write(const Block& block, std::int64_t filters, const Operands<T>& operands,
                           std::int64_t deep, std::int64_t high, std::int64_t rows) const {
  const auto& axes = blocking_.axes;
  const std::int64_t row = (block.first[0] + deep) * axes[1].out() + block.first[1] + high;
  TurnedStore<T> store{.pixel_step = blocking_.block_filters,
                       .pixels = rows * axes[2].out(),
                       .channel_step = axes[0].out() * axes[1].out() * axes[2].out(),
                       .accumulate = blocking_.accumulate,
                       .relu = blocking_.relu};
  const std::int64_t end = std::min(blocking_.filters, (filters + 1) * blocking_.block_filters);
  for (std::int64_t first = filters * blocking_.block_filters; first < end;
       first += blocking_.lanes) {
    const std::int64_t channel = block.group * blocking_.filters + first;
    store.sums = operands.sums + first % blocking_.block_filters;
    store.channels = static_cast<int>(std::min<std::int64_t>(blocking_.lanes, end - first));
    store.out =
        operands.destination +
        (block.image * blocking_.groups * blocking_.filters + channel) * store.channel_step +
        row * axes[2].out();
    store.bias = operands.bias ? operands.bias + channel : nullptr;
    store_(store);
  }
}

template class ChannelSums<float>;
template class ChannelSums<double>;

}  // namespace convtune::direct_blocked
