#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <convtune/device.hpp>
#include <convtune/problem.hpp>

#include "configuration.hpp"
#include "transforms.hpp"

namespace convtune::winograd {

/// What a configuration makes of a problem: counts of tiles, channels and blocks, and how memory is
/// laid out. Elements are of the problem's type, of which a vector has `lanes`.
struct Blocking {
  Blocking(const ConvProblem& problem, const Configuration& configuration, const Device& device);

  Shape shape;
  int shape_points = 1;
  std::array<int, 3> tile = {1, 1, 1};  ///< outputs along each axis
  int lanes = 1;
  std::int64_t channels = 0, filters = 0, groups = 0;  ///< of one group; groups of the problem
  std::int64_t channel_vectors = 0;                    ///< of a group's input channels
  std::int64_t part_vectors = 0;                       ///< of those that are taken together
  std::int64_t block_filters = 0,
               filter_blocks = 0;                  ///< output channels summed together; of a group
  std::array<std::int64_t, 3> steps = {1, 1, 1};   ///< between pixels that a filter connects
  std::array<std::int64_t, 3> phases = {1, 1, 1};  ///< images of such pixels along each axis
  std::int64_t row_tiles = 0, rows = 0;            ///< tiles of a row; rows of tiles of an image
  std::int64_t high_rows = 0;                      ///< of one depth
  std::int64_t block_rows = 0, block_columns = 0;  ///< of tiles that are taken together
  std::int64_t down = 0, across = 0;               ///< such blocks of an image along either
  std::int64_t tiles = 0, tile_groups = 0;         ///< of a full block; of registers.rows tiles

  // Elements, each part a multiple of a vector.
  std::int64_t group_step = 0, point_step = 0, points = 0;  ///< of transformed inputs
  std::int64_t sum_step = 0, sums = 0;                      ///< of sums of a block of filters
  std::int64_t strip = 0, row_strip = 0;                    ///< scratch
  std::int64_t filter_elements = 0;                         ///< transformed filters, all of them
  std::int64_t thread_elements = 0;                         ///< what each thread has of its own
  std::int64_t shared_elements = 0;                         ///< what all share
  std::size_t workspace_bytes = 0;
};

}  // namespace convtune::winograd
