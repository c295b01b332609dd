#pragma once

#include <vector>

#include "block.hpp"
#include "blocking.hpp"
#include "pixel_rows.hpp"

namespace convtune::direct_blocked {

/// Sums with neighbouring pixels as lanes: vectors of a row, or of several rows where each is no
/// longer than a vector.
template <class T>
class PixelSums {
 public:
  explicit PixelSums(const Blocking& blocking);

  /// All outputs of the block in one block of filters.
  void run(const Block& block, std::int64_t filters, const Operands<T>& operands) const;

 private:
  /// Lanes to write of a vector with so many pixels of its row: where more are left of the block,
  /// those behind the row are written over by later rows.
  int written(std::int64_t pixels, std::int64_t left) const;
  void sum_row(PixelRows<T> tile, const T* inputs, T* out, std::int64_t left) const;
  void sum_rows(PixelRows<T> tile, const T* inputs, T* out, std::int64_t rows) const;

  const Blocking& blocking_;
  std::int64_t row_vectors_;
  std::vector<RunPixelRows<T>> kernels_;  ///< by the number of vectors, less one
};

}  // namespace convtune::direct_blocked
