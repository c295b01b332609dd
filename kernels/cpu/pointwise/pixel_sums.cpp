#include "pixel_sums.hpp"

#include <algorithm>

#include "../shared/lanes.hpp"
#include "../shared/pieces.hpp"
#include "geometry.hpp"

namespace convtune::pointwise {
namespace {

using cpu::pieces;

}  // namespace

template <class T>
PixelSums<T>::PixelSums(const ConvProblem& problem, const Configuration& configuration,
                        const Device& device)
    : threads_(device.threads),
      lanes_(cpu::vector_bytes(device.isa) / static_cast<int>(sizeof(T))),
      rows_(configuration.rows),
      groups_(problem->groups),
      channels_(problem->in_channels / problem->groups),
      filters_(problem->out_channels / problem->groups),
      images_(problem->batch * problem->groups),
      pixels_(pixels_of(problem)),
      panels_(pieces(filters_, rows_)),
      accumulate_(problem->accumulate),
      relu_(problem->relu) {
  for (int vectors = 1; vectors <= configuration.vectors; ++vectors)
    kernels_.push_back(cpu::pixel_tile<T>(device.isa, rows_, vectors));
  const std::int64_t tile = std::int64_t{configuration.vectors} * lanes_;
  const std::int64_t fit = configuration.block * 1024 / static_cast<std::int64_t>(sizeof(T)) /
                           std::max<std::int64_t>(1, channels_);
  block_pixels_ = std::max<std::int64_t>(1, fit / tile) * tile;
}

template <class T>
void PixelSums<T>::pack(const T* filter, T* packed) const {
  const std::int64_t tasks = groups_ * panels_;
#pragma omp parallel for schedule(static) num_threads(threads_)
  for (std::int64_t task = 0; task < tasks; ++task) {
    const std::int64_t first = task % panels_ * rows_;
    const T* const from = filter + (task / panels_ * filters_ + first) * channels_;
    T* const to = packed + task * channels_ * rows_;
    const std::int64_t there = std::min<std::int64_t>(rows_, filters_ - first);
    for (std::int64_t c = 0; c < channels_; ++c)
      for (std::int64_t r = 0; r < rows_; ++r)
        to[c * rows_ + r] = r < there ? from[r * channels_ + c] : T{0};
  }
}

template <class T>
void PixelSums<T>::run(const T* source, const T* filter, const T* bias, T* destination) const {
  const std::int64_t blocks = pieces(pixels_, block_pixels_);
  // Where there are fewer blocks than threads, these share the output channels of each.
  const std::int64_t shares =
      images_ * blocks >= threads_ ? 1 : std::min<std::int64_t>(threads_, panels_);
  const std::int64_t share = pieces(panels_, std::max<std::int64_t>(1, shares));
#pragma omp parallel for schedule(static) num_threads(threads_)
  for (std::int64_t task = 0; task < images_ * blocks * shares; ++task) {
    const std::int64_t first = task % shares * share, rest = task / shares;
    block(rest / blocks, rest % blocks * block_pixels_, first, std::min(panels_, first + share),
          source, filter, bias, destination);
  }
}

template <class T>
void PixelSums<T>::block(std::int64_t image, std::int64_t first, std::int64_t first_panel,
                         std::int64_t end_panel, const T* source, const T* filter, const T* bias,
                         T* destination) const {
  const std::int64_t group = image % groups_;
  const std::int64_t end = std::min(pixels_, first + block_pixels_);
  const auto most = static_cast<std::int64_t>(kernels_.size());
  source += image * channels_ * pixels_;
  destination += image * filters_ * pixels_;
  for (std::int64_t panel = first_panel; panel < end_panel; ++panel) {
    const std::int64_t row = panel * rows_;
    cpu::PixelTile<T> tile{.step = pixels_,
                           .weights = filter + (group * panels_ + panel) * channels_ * rows_,
                           .products = channels_,
                           .row_step = pixels_,
                           .rows = static_cast<int>(std::min<std::int64_t>(rows_, filters_ - row)),
                           .bias = bias ? bias + group * filters_ + row : nullptr,
                           .accumulate = accumulate_,
                           .relu = relu_};
    for (std::int64_t pixel = first; pixel < end; pixel += most * lanes_) {
      const std::int64_t vectors = std::min(most, pieces(end - pixel, lanes_));
      const std::int64_t usual = (vectors - 1) * lanes_;
      tile.last = std::min(usual, pixels_ - lanes_ - pixel);
      tile.skip = static_cast<int>(usual - tile.last);
      tile.pixels = source + pixel;
      tile.out = destination + row * pixels_ + pixel;
      kernels_[static_cast<std::size_t>(vectors - 1)](tile);
    }
  }
}

template class PixelSums<float>;
template class PixelSums<double>;

}  // namespace convtune::pointwise
