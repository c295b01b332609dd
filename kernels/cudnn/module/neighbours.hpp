#pragma once

#include <cstddef>
#include <vector>

#include "engines.hpp"

namespace convtune::cudnn {

/// At most `most` supported configurations that no heuristic names and that are no engine's
/// defaults: those with one knob of a named one turned, for each in the order of the heuristics,
/// then those with one more knob turned, and so on. Gives up after some ten thousand that are not
/// supported.
std::vector<Supported> neighbours(const Engines& engines, std::size_t most);

}  // namespace convtune::cudnn
