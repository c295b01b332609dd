#include "algorithm_engines.hpp"

#include <algorithm>

namespace convtune::cudnn {
namespace {

struct Same {
  Direction direction;
  int algorithm;
  std::int64_t engine;
};
constexpr Same known[] = {
    {Direction::forward, 0, 0},          {Direction::forward, 1, 1},
    {Direction::forward, 2, 2},          {Direction::backward_data, 0, 25},
    {Direction::backward_data, 1, 1},    {Direction::backward_weights, 0, 20},
    {Direction::backward_weights, 1, 1},
};

}  // namespace

std::optional<std::int64_t> engine_of(const Algorithm& algorithm) {
  const auto* const found = std::ranges::find_if(known, [&](const Same& same) {
    return same.direction == algorithm.direction && same.algorithm == algorithm.number;
  });
  if (found == std::end(known)) return std::nullopt;
  return found->engine;
}

const AlgorithmFacts* algorithm_of(Direction direction, const Supported& engine) {
  const auto* const found = std::ranges::find_if(known, [&](const Same& same) {
    return same.direction == direction && same.engine == engine.configuration.engine;
  });
  if (found == std::end(known)) return nullptr;
  const AlgorithmFacts& same = algorithms(direction)[static_cast<std::size_t>(found->algorithm)];
  const bool deterministic =
      std::ranges::find(engine.numerical_notes, CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC) ==
      engine.numerical_notes.end();
  return same.deterministic == deterministic ? &same : nullptr;
}

}  // namespace convtune::cudnn
