#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <convtune/device.hpp>

#include "geometry.hpp"

namespace convtune::blas {

/// What the threads of a device share among themselves.
enum class Threads {
  one,     ///< there is one
  batch,   ///< images, as Theano does; each thread has columns (and weight gradients) of its own
  panels,  ///< pieces of the output, each from columns of its own
  gemm,    ///< one product after the other, each by all threads
};

/// How much of the column matrix exists at a time.
struct Columns {
  enum class Kind { bare, whole, panel } kind = Kind::whole;
  std::size_t panel_bytes = 0;
  auto operator<=>(const Columns&) const = default;
};

/// One candidate's configuration: "bare", "whole.batch", "panel1024k.gemm@SkylakeX".
struct Configuration {
  Columns columns;
  Threads threads = Threads::one;
  std::string core_type = {};  ///< whose kernels OpenBLAS is told to take; empty: its own choice
  auto operator<=>(const Configuration&) const = default;
};

std::string text(const Configuration& configuration);
std::optional<Configuration> parse_configuration(std::string_view text);

/// A configuration worked out for one problem: the blocks that the columns are made in, and what
/// is needed of memory.
struct Blocking {
  Blocking(const Geometry& geometry, Direction direction, const Configuration& configuration,
           int threads, std::size_t element_bytes);

  Threads placement;
  int threads;
  std::int64_t channels, positions;  ///< of a block
  std::int64_t stride;               ///< of a row of columns, elements
  std::int64_t tasks;                ///< pieces that outer threads share
  std::int64_t buffers;              ///< column blocks that exist at a time
  std::int64_t copies;               ///< of the weight gradient
  std::size_t buffer_bytes, copy_bytes;

  /// How many parts of one image's group can be computed apart: blocks of positions going forward,
  /// otherwise of channels.
  std::int64_t pieces(const Geometry& geometry, Direction direction) const;

  std::size_t workspace_bytes() const {
    return static_cast<std::size_t>(buffers) * buffer_bytes +
           static_cast<std::size_t>(copies) * copy_bytes;
  }
  /// Two configurations that do the same have equal blockings.
  auto operator<=>(const Blocking&) const = default;
};

/// All that differ for a problem on a device, simplest first.
std::vector<Configuration> configurations(const Geometry& geometry, Direction direction,
                                          const Device& device, std::size_t element_bytes);

}  // namespace convtune::blas
