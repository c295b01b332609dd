#pragma once

#include <vector>

#include <convtune/device.hpp>
#include <convtune/problem.hpp>

#include "configuration.hpp"

namespace convtune::winograd {

/// The outputs of tiles that a problem's filter can have, in ascending order; none: there is no
/// such transform.
std::vector<int> tile_outputs_for(const ConvProblem& problem);

/// What is worth a try: blocks of several sizes for each tile size, and one that gets along with
/// 1 MiB of workspace, if there is one. None where the problem has no output.
std::vector<Configuration> configurations(const ConvProblem& problem, const Device& device);

}  // namespace convtune::winograd
