#include "blocking.hpp"

#include <algorithm>
#include <cmath>

#include "../shared/lanes.hpp"

namespace convtune::depthwise {
namespace {

constexpr double largest = 0x1p50;
constexpr std::int64_t line = 16;  // elements that keep threads apart

double up(double elements) {
  return std::ceil(elements / line) * line;
}

double number(std::int64_t value) {
  return static_cast<double>(value);
}

std::int64_t whole(double elements) {
  return static_cast<std::int64_t>(std::min(elements, largest));
}

// There are no kernels for more.
int few(std::int64_t count) {
  return static_cast<int>(std::min<std::int64_t>(count, 99));
}

}  // namespace

int lanes_of(const ConvProblem& problem, const Device& device) {
  return cpu::vector_bytes(device.isa) / static_cast<int>(size_of(problem->source_type));
}

Blocking::Blocking(const ConvProblem& problem, const Configuration& configuration,
                   const Device& device) {
  const Geometry geometry(problem);
  const auto size = static_cast<std::int64_t>(size_of(problem->source_type));
  lanes = lanes_of(problem, device);
  const auto& [deep, high, wide] = geometry.axes;
  const double vectors_of_row = std::ceil(number(wide.out()) / number(lanes));
  double elements = 0;
  switch (configuration.way) {
    case Configuration::Way::columns: {
      shape = {.height = few(high.filter),
               .width = few(wide.filter),
               .stride = few(wide.stride),
               .vectors = configuration.vectors};
      vectors = whole(vectors_of_row);
      lead = wide.pad_left == shape.centre() ? 0 : lanes;
      const double rows =
          std::min(number(high.in), (copied_rows - 1) * number(high.stride) + number(high.filter));
      elements = rows * number(wide.in) + number(2 * lanes);
      break;
    }
    case Configuration::Way::planes: {
      elements = number(high.in) * number(wide.in) + number(lanes);
      break;
    }
    case Configuration::Way::padded: {
      phases = wide.stride;
      const double phase =
          std::max(std::ceil((number(wide.pad_left) + number(wide.in)) / number(wide.stride)),
                   (vectors_of_row + 1) * number(lanes) + number(wide.reach() / wide.stride)) +
          1;
      phase_elements = whole(phase);
      elements = phase * number(phases) * number(deep.in) * number(high.in);
      break;
    }
    case Configuration::Way::channels: {
      double places = 1;
      for (const Axis& axis : geometry.axes)
        places *= number(axis.pad_left) + number(axis.in) + std::max(0.0, number(axis.pad_right));
      padded_places = whole(places);
      tap_vectors = geometry.taps;
      elements = (places + number(geometry.taps) + number(geometry.out_plane) + 1) * number(lanes);
      break;
    }
  }
  elements = up(elements);
  thread_elements = whole(elements);
  total_bytes = elements * number(size) * device.threads;
}

}  // namespace convtune::depthwise
