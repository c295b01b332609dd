#include "pixel_sums.hpp"

#include <algorithm>

namespace convtune::direct_blocked {

template <class T>
PixelSums<T>::PixelSums(const Blocking& blocking)
    : blocking_(blocking), row_vectors_(pieces(blocking.axes[2].out(), blocking.lanes)) {
  for (int vectors = 1; vectors <= blocking.configuration.vectors; ++vectors)
    kernels_.push_back(pixel_rows<T>(blocking.isa, blocking.configuration.rows, vectors));
}

template <class T>
void PixelSums<T>::run(const Block& block, std::int64_t filters,
                       const Operands<T>& operands) const {
  const auto& axes = blocking_.axes;
  const std::int64_t first = filters * blocking_.block_filters;
  const std::int64_t channel = block.group * blocking_.filters + first;
  PixelRows<T> tile{
      .offsets = blocking_.products.offsets.data(),
      .chunk = static_cast<std::int64_t>(blocking_.products.offsets.size()),
      .chunk_step = blocking_.products.chunk_step,
      .products = blocking_.products.count,
      .weights = operands.filter + (block.group * blocking_.filter_blocks + filters) *
                                       blocking_.products.count * blocking_.block_filters,
      .channel_step = axes[0].out() * axes[1].out() * axes[2].out(),
      .channels = static_cast<int>(std::min(blocking_.block_filters, blocking_.filters - first)),
      .bias = operands.bias ? operands.bias + channel : nullptr,
      .accumulate = blocking_.accumulate,
      .relu = blocking_.relu};
  T* const out = operands.destination +
                 (block.image * blocking_.groups * blocking_.filters + channel) * tile.channel_step;
  for (std::int64_t deep = 0; deep < block.size[0]; ++deep) {
    const T* const inputs = operands.inputs + deep * blocking_.deep_step;
    const std::int64_t row = (block.first[0] + deep) * axes[1].out() + block.first[1];
    sum_rows(tile, inputs, out + row * axes[2].out(), block.size[1]);
  }
}

template <class T>
int PixelSums<T>::written(std::int64_t pixels, std::int64_t left) const {
  const std::int64_t lanes = blocking_.lanes;
  return static_cast<int>(!blocking_.accumulate && left >= lanes ? lanes : std::min(pixels, lanes));
}

template <class T>
void PixelSums<T>::sum_rows(PixelRows<T> tile, const T* inputs, T* out, std::int64_t rows) const {
  const std::int64_t wide = blocking_.axes[2].out();
  if (row_vectors_ > 1) {
    for (std::int64_t row = 0; row < rows; ++row)
      sum_row(tile, inputs + row * blocking_.high_step, out + row * wide, (rows - row) * wide);
    return;
  }
  const auto most = static_cast<std::int64_t>(kernels_.size());
  tile.vector_step = blocking_.high_step;
  tile.out_vector_step = wide;
  for (std::int64_t row = 0; row < rows; row += most) {
    const std::int64_t last = std::min(row + most, rows) - 1;
    tile.usual = written(wide, (rows - last + 1) * wide);
    tile.last = written(wide, (rows - last) * wide);
    tile.inputs = inputs + row * blocking_.high_step;
    tile.out = out + row * wide;
    kernels_[static_cast<std::size_t>(last - row)](tile);
  }
}

template <class T>
void PixelSums<T>::sum_row(PixelRows<T> tile, const T* inputs, T* out, std::int64_t left) const {
  const std::int64_t wide = blocking_.axes[2].out(), lanes = blocking_.lanes;
  const std::int64_t tiles = pieces(row_vectors_, static_cast<std::int64_t>(kernels_.size()));
  const std::int64_t usual = row_vectors_ / tiles, wider = row_vectors_ % tiles;
  tile.vector_step = tile.out_vector_step = lanes;
  tile.usual = static_cast<int>(lanes);
  for (std::int64_t number = 0, first = 0; number < tiles; ++number) {
    const std::int64_t vectors = usual + (number < wider ? 1 : 0);
    const std::int64_t last = (first + vectors - 1) * lanes;
    tile.last = written(wide - last, left - last);
    tile.inputs = inputs + first * lanes;
    tile.out = out + first * lanes;
    kernels_[static_cast<std::size_t>(vectors - 1)](tile);
    first += vectors;
  }
}

template class PixelSums<float>;
template class PixelSums<double>;

}  // namespace convtune::direct_blocked
