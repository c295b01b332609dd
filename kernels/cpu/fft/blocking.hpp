#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <convtune/device.hpp>
#include <convtune/problem.hpp>

#include "configuration.hpp"

namespace convtune::fft {

/// What a configuration makes of a problem: counts of tiles, channels and blocks, and how memory is
/// laid out. Elements are of the problem's type, of which a vector has `lanes`. Tiles lie along the
/// last two axes; a third one makes every plane of outputs an image of its own, whose channels are
/// the planes of inputs that it sums, one for each tap along that axis.
struct Blocking {
  Blocking(const ConvProblem& problem, const Configuration& configuration, const Device& device);

  int size = 16, points = 1;  ///< of a tile: pixels along both axes; complex numbers
  int lanes = 1;
  std::array<int, 2> filter = {1, 1};                   ///< its taps
  std::array<int, 2> strides = {1, 1}, parts = {1, 1};  ///< parts that a stride makes of an image
  std::array<int, 2> taps = {1, 1}, outputs = {1, 1};   ///< of a part's filter; of a tile
  int depth_taps = 1;                                   ///< of the filter along a third axis
  std::int64_t source_channels = 0, filters = 0, groups = 0;  ///< of one group; of the problem
  std::int64_t channels = 0,
               channel_vectors = 0;  ///< of a group: the source's, of every part and depth tap
  bool gathered = false;             ///< the channels of a vector are not of one part of one plane
  std::int64_t block_filters = 0,
               filter_blocks = 0;               ///< output channels summed together; of a group
  std::array<std::int64_t, 2> steps = {1, 1};   ///< between pixels that a filter connects
  std::array<std::int64_t, 2> phases = {1, 1};  ///< images of such pixels along each axis
  std::int64_t stacks = 0;                      ///< groups times phases
  std::int64_t row_tiles = 0, rows = 0;         ///< tiles of a row; rows of tiles of an image
  std::int64_t images = 0;                      ///< planes of outputs
  std::int64_t stack_rows = 0;                  ///< rows of all images, one below the other
  std::int64_t block_rows = 0, blocks = 0;      ///< rows taken together; such blocks
  std::int64_t tiles = 0, tile_groups = 0;      ///< of a full block; of registers.rows tiles

  // Elements, each part a multiple of a vector.
  std::int64_t group_step = 0, point_step = 0, spectra = 0;  ///< of inputs
  std::int64_t sum_step = 0, sums = 0;                       ///< of sums of a block of filters
  std::int64_t strip = 0, row_strip = 0;                     ///< scratch
  std::int64_t filter_step = 0, filter_elements = 0;         ///< a point's; spectra of all filters
  std::int64_t thread_elements = 0;                          ///< what each thread has of its own
  std::int64_t shared_elements = 0;                          ///< what all share
  std::size_t workspace_bytes = 0;
};

/// A problem's axes, the first of which is of size 1 where there are two.
std::array<Axis, 3> deep_high_wide(const ConvProblem& problem);

}  // namespace convtune::fft
