#pragma once

#include <algorithm>

#include "../library.hpp"
#include "geometry.hpp"

namespace convtune::blas {

/// The matrix products of one block of columns: `channels` of one group of one image at
/// `positions`. All matrices are row major; each product becomes `beta` times the old result plus
/// the new. Unshared weights make it a product of matrix and vector for every position.
template <class T>
class Products {
 public:
  /// Rows of columns are `stride` elements apart.
  Products(const Geometry& geometry, std::int64_t stride)
      : blas_(routines<T>()),
        filters_(narrow(geometry.filters)),
        taps_(geometry.taps),
        depth_(geometry.depth()),
        plane_(narrow(geometry.positions)),
        filter_row_(narrow(depth_ * (geometry.unshared ? geometry.positions : 1))),
        stride_(narrow(stride)),
        unshared_(geometry.unshared) {}

  /// destination[k][p] from filter[k][c t] and columns[c t][p]. `filter` and `destination` point to
  /// the first row of the group, `columns` to the block.
  void forward(Range channels, Range positions, const T* filter, const T* columns, T beta,
               T* destination) const {
    filter += channels.first * taps_;
    if (!unshared_)
      return blas_.gemm(row_major, plain, plain, filters_, narrow(positions.size()), rows(channels),
                        T{1}, filter, filter_row_, columns, stride_, beta,
                        destination + positions.first, plane_);
    for (std::int64_t p = positions.first; p < positions.last; ++p)
      blas_.gemv(row_major, plain, filters_, rows(channels), T{1}, filter + p * depth_, filter_row_,
                 columns + (p - positions.first), stride_, beta, destination + p, plane_);
  }

  /// columns[c t][p] from filter and destination.
  void data(Range channels, Range positions, const T* filter, const T* destination, T beta,
            T* columns) const {
    filter += channels.first * taps_;
    if (!unshared_)
      return blas_.gemm(row_major, transposed, plain, rows(channels), narrow(positions.size()),
                        filters_, T{1}, filter, filter_row_, destination + positions.first, plane_,
                        beta, columns, stride_);
    for (std::int64_t p = positions.first; p < positions.last; ++p)
      blas_.gemv(row_major, transposed, filters_, rows(channels), T{1}, filter + p * depth_,
                 filter_row_, destination + p, plane_, beta, columns + (p - positions.first),
                 stride_);
  }

  /// filter[k][c t] from destination and columns. `beta` 0 or 1.
  void weights(Range channels, Range positions, const T* destination, const T* columns, T beta,
               T* filter) const {
    filter += channels.first * taps_;
    if (!unshared_)
      return blas_.gemm(row_major, plain, transposed, filters_, rows(channels),
                        narrow(positions.size()), T{1}, destination + positions.first, plane_,
                        columns, stride_, beta, filter, filter_row_);
    for (std::int64_t p = positions.first; p < positions.last; ++p) {
      T* const at = filter + p * depth_;
      if (beta == T{0})
        for (std::int64_t k = 0; k < filters_; ++k)
          std::fill_n(at + k * filter_row_, rows(channels), T{0});
      blas_.ger(row_major, filters_, rows(channels), T{1}, destination + p, plane_,
                columns + (p - positions.first), stride_, at, filter_row_);
    }
  }

 private:
  static int narrow(std::int64_t size) { return static_cast<int>(size); }  // fits: see the offer
  int rows(Range channels) const { return narrow(channels.size() * taps_); }

  const Routines<T>& blas_;
  int filters_;
  std::int64_t taps_, depth_;
  int plane_, filter_row_, stride_;
  bool unshared_;
};

}  // namespace convtune::blas
