#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <convtune/device.hpp>
#include <convtune/problem.hpp>

#include "../shared/pieces.hpp"
#include "configuration.hpp"

namespace convtune::direct_blocked {

/// Where the inputs of every product lie, from those of the first product. As many channels as
/// make a chunk have offsets; the same ones hold `chunk_step` further for the next chunk.
struct Products {
  std::int64_t count = 0;             ///< channels of a group times taps
  std::vector<std::int64_t> offsets;  ///< of a chunk, elements
  std::int64_t chunk_step = 0;
  std::int64_t part_chunks = 1;  ///< whose filters meet all pixels of a band before the next ones
};

/// What a configuration makes of a problem: blocks of outputs, and how inputs, filters and sums are
/// laid out. Elements are of the problem's type, of which a vector has `lanes`.
struct Blocking {
  Blocking(const ConvProblem& problem, const Configuration& configuration, const Device& device);

  Configuration configuration;
  Isa isa = Isa::generic;
  int lanes = 1;
  int threads = 1;
  bool flip = false, accumulate = false, relu = false;
  std::array<Axis, 3> axes = {};  ///< deep, high and wide
  std::int64_t batch = 0;
  std::int64_t channels = 0, filters = 0, groups = 0;  ///< of one group; groups of the problem
  std::int64_t taps = 1;
  std::int64_t block_filters = 0, filter_blocks = 0;  ///< output channels summed together

  /// Outputs of a block, deep and high, and how many blocks there are.
  std::array<std::int64_t, 2> block = {1, 1}, blocks = {1, 1};

  bool in_place = false;  ///< the inputs are read where they lie
  /// Rows copied for a block, deep and high; phases that a row is split into, those that
  /// taps read, and their elements.
  std::array<std::int64_t, 2> copied = {1, 1};
  std::int64_t split = 1, phases = 1, phase_elements = 0;
  int distance = 1;  ///< elements from one output's inputs to the next one's, of a row
  std::int64_t row_step = 0, plane_step = 0, channel_step = 0;  ///< of what is read
  std::int64_t high_step = 0, deep_step = 0;  ///< from one output's inputs to the next one's
  Products products;
  std::int64_t band = 1;  ///< rows whose sums are turned at once

  std::int64_t input_elements = 0;   ///< copied for a block
  std::int64_t sum_elements = 0;     ///< of a band
  std::int64_t filter_elements = 0;  ///< packed filters, all of them
  std::int64_t shared_elements = 0, thread_elements = 0;
  std::size_t workspace_bytes = 0;

 private:
  void lay_out_inputs(std::int64_t element_bytes);
  void lay_out_products(std::int64_t part_bytes, std::int64_t element_bytes);
};

/// Of inputs along an axis, those from one output to the next that are copied: what a stride skips
/// is left out.
constexpr std::int64_t step(const Axis& axis) {
  return std::min(axis.stride, axis.reach());
}

/// Copied inputs along an axis of so many outputs in a row.
constexpr std::int64_t extent(const Axis& axis, std::int64_t outputs) {
  return (outputs - 1) * step(axis) + axis.reach();
}

using cpu::pieces;

}  // namespace convtune::direct_blocked
