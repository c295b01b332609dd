#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <convtune/types.hpp>

namespace convtune {

/// A tensor in somebody's memory. Strides are in elements and may be negative (a flipped view; data
/// is then the element of index 0) or 0 (broadcast); none at all: dense, last axis innermost.
struct ConstTensorView {
  const void* data = nullptr;
  DataType type = DataType::f32;
  std::vector<std::int64_t> dims = {};
  std::vector<std::int64_t> strides = {};
};

/// The same, to be written to; no two indices may be one element then.
struct TensorView {
  void* data = nullptr;
  DataType type = DataType::f32;
  std::vector<std::int64_t> dims = {};
  std::vector<std::int64_t> strides = {};

  operator ConstTensorView() const { return {data, type, dims, strides}; }  // NOLINT: to be read
};

/// Throws Error(bad_input) that begins with `name`, unless there is a stride for every extent, no
/// extent is negative, the number of elements fits 64 bits and there is memory where there are
/// elements.
void check(const ConstTensorView& view, const std::string& name);

std::int64_t elements(const ConstTensorView& view);

/// True if its elements lie behind one another, last axis innermost.
bool contiguous(const ConstTensorView& view);

/// The same elements with axes `a` and `b` exchanged.
ConstTensorView exchanged(ConstTensorView view, std::size_t a, std::size_t b);
TensorView exchanged(TensorView view, std::size_t a, std::size_t b);

/// The same elements with the order reversed along each axis from `first` on.
ConstTensorView reversed(ConstTensorView view, std::size_t first);

/// Copies element by element, rounding to the type of `to` (see from_double). Extents must be
/// equal, memory apart.
void copy(const ConstTensorView& from, const TensorView& to);

/// to = alpha from + beta to. With beta 0 what `to` held has no say, whether or not it is a number.
/// Sums in float64 and rounds once. Extents must be equal, memory apart.
void blend(double alpha, const ConstTensorView& from, double beta, const TensorView& to);

/// to = beta to; zeros for beta 0.
void scale(double beta, const TensorView& to);

/// "(2, 3, 5)".
std::string text(const std::vector<std::int64_t>& dims);

}  // namespace convtune
