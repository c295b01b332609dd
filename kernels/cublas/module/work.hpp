#pragma once

#include <cstddef>

#include <convtune/problem.hpp>
#include <kernels/alignment.hpp>

#include "../../cuda/sizes.hpp"
#include "configuration.hpp"
#include "products.hpp"

namespace convtune::cublas {

/// A configuration worked out for one problem: its products, and what is needed of memory.
class Work {
 public:
  Work(const ConvProblem& problem, const Configuration& configuration);

  /// What products expect of the address of every tensor and of the workspace, bytes.
  static constexpr std::size_t alignment = usual_alignment;

  /// How far the parts of one image and of one group lie apart in a tensor, in elements.
  struct Step {
    std::int64_t image = 0, group = 0;
  };
  /// What a product is made for in one call; what is left is a loop of calls.
  enum class Over { groups, images, positions };

  const cuda::Sizes& sizes() const { return sizes_; }
  Direction direction() const { return direction_; }
  std::int64_t chunk() const { return chunk_; }  ///< images at a time

  /// Nothing is summed: the output is zero, or what it was.
  bool empty() const;
  /// The columns are the input itself: every position reads the one element under it.
  bool bare() const { return bare_; }
  /// Sums lie in f32 beside the output, which is narrower, and are rounded once at the end.
  bool wide() const;
  /// Products of several images add up behind one another, each in a part of its own first.
  bool parts(std::int64_t images) const;
  Over over(std::int64_t images) const;

  Product product(std::int64_t images) const;
  Step filter(std::int64_t images) const;  ///< as the output: of the parts, where there are some
  Step columns() const;                    ///< or of the input, if bare
  Step destination() const;
  std::int64_t weights() const;  ///< elements of the filter tensor

  std::size_t columns_bytes() const { return columns_bytes_; }
  std::size_t sums_bytes() const { return sums_bytes_; }
  std::size_t parts_bytes() const { return parts_bytes_; }
  std::size_t workspace_bytes() const {
    return columns_bytes_ + sums_bytes_ + parts_bytes_ + scratch_bytes_;
  }

 private:
  std::int64_t depth() const { return sizes_.channels * sizes_.taps; }
  DataType columns_type() const;
  DataType result_type() const;

  cuda::Sizes sizes_;
  Direction direction_;
  DataType type_, sum_;
  bool bare_, finished_, tf32_;
  std::int64_t chunk_;
  std::size_t columns_bytes_ = 0, sums_bytes_ = 0, parts_bytes_ = 0, scratch_bytes_ = 0;
};

}  // namespace convtune::cublas
