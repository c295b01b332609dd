#pragma once

#include <cstddef>
#include <vector>

#include <convtune/device.hpp>
#include <convtune/implementation.hpp>

#include "../shared/pixel_tile.hpp"
#include "configuration.hpp"

namespace convtune::pointwise {

/// 1x1 convolutions with neighbouring pixels as lanes: inputs are read where they lie, and each
/// block of them meets all output channels before the next one.
template <class T>
class PixelSums {
 public:
  PixelSums(const ConvProblem& problem, const Configuration& configuration, const Device& device);

  /// Elements of filters packed for these kernels: [group][block of rows][channel][row].
  std::int64_t packed_elements() const { return groups_ * panels_ * channels_ * rows_; }
  void pack(const T* filter, T* packed) const;

  /// `source` holds the pixels of the output, of every image; `filter` is packed.
  void run(const T* source, const T* filter, const T* bias, T* destination) const;

 private:
  void block(std::int64_t image, std::int64_t first, std::int64_t first_panel,
             std::int64_t end_panel, const T* source, const T* filter, const T* bias,
             T* destination) const;

  int threads_, lanes_, rows_;
  std::int64_t groups_, channels_, filters_, images_, pixels_, panels_, block_pixels_;
  bool accumulate_, relu_;
  std::vector<cpu::RunPixelTile<T>> kernels_;  ///< by the number of vectors, less one
};

}  // namespace convtune::pointwise
