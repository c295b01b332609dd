#pragma once

#include "block.hpp"
#include "blocking.hpp"
#include "row_copy.hpp"

namespace convtune::direct_blocked {

/// What the sums of a block read: copies with their border, or the inputs themselves.
template <class T>
class Inputs {
 public:
  explicit Inputs(const Blocking& blocking)
      : blocking_(blocking),
        split_(blocking.axes[2], blocking.split, blocking.phases, blocking.phase_elements),
        copy_(row_copy<T>(blocking.isa)) {}

  /// Where the first output of the block begins to read, in place.
  const T* in_place(const Block& block, const T* source) const;

  /// Copies the rows of one channel of the group that the block reads.
  void copy(const Block& block, std::int64_t channel, const T* source, T* copied) const;

 private:
  void copy_plane(const Block& block, const T* plane, T* to) const;
  void copy_rows(const T* plane, std::int64_t first, std::int64_t rows, T* to) const;

  const Blocking& blocking_;
  RowSplit split_;
  CopyRows<T> copy_;
};

}  // namespace convtune::direct_blocked
