#pragma once

#include <cstddef>
#include <cstdint>

#include <convtune/device.hpp>
#include <convtune/problem.hpp>

#include "geometry.hpp"
#include "unrolling.hpp"

namespace convtune::direct {

/// How the work of one block of images is cut into tasks, each of which writes outputs of its own.
struct Blocking {
  Blocking(const ConvProblem& problem, const Geometry& geometry, const Unrolling& unrolling,
           const Device& device);

  std::int64_t positions;  ///< computed by one task: what it reads stays in a core's cache
  std::int64_t columns;    ///< gradient of the weights: (channel, tap) pairs of one task
  std::size_t planes_bytes, tops_bytes, sums_bytes;  ///< parts of the workspace; sums: a thread's
  std::size_t workspace_bytes;
};

}  // namespace convtune::direct
