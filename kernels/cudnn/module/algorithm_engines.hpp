#pragma once

#include <cstdint>
#include <optional>

#include "algorithm.hpp"
#include "engines.hpp"

namespace convtune::cudnn {

/// The engine of the graph interface that is a legacy algorithm; nullopt where none is known to be
/// (cuDNN 9.19; README.md says from what each was inferred).
std::optional<std::int64_t> engine_of(const Algorithm& algorithm);

/// The algorithm that an engine of one direction is, if its notes do not speak against that.
/// Nullptr: none that is known.
const AlgorithmFacts* algorithm_of(Direction direction, const Supported& engine);

}  // namespace convtune::cudnn
