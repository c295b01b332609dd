#include "cost.hpp"

#include <algorithm>

namespace convtune::direct_blocked {
namespace {

double ratio(std::int64_t of, std::int64_t to) {
  return static_cast<double>(of) / static_cast<double>(std::max<std::int64_t>(1, to));
}

/// Of the loads that sums need, processors start nearly as many as sums; and eight sums before the
/// first is done.
double per_sum(double sums, double loads) {
  constexpr double at_once = 8, per_load = 1.25;
  return std::max({sums, per_load * loads, at_once}) / sums;
}

double of_channels(const Blocking& blocking) {
  constexpr double turning = 14;
  const std::int64_t wide = blocking.axes[2].out(), most = blocking.configuration.rows;
  const std::int64_t rows = std::clamp<std::int64_t>(most / wide, 1, blocking.axes[1].out());
  const double pixels = ratio(wide, pieces(wide, most)) * static_cast<double>(rows);
  const double vectors = blocking.configuration.vectors;
  return per_sum(pixels * vectors, pixels + vectors) *
         (1 + turning / ratio(blocking.products.count, 1));
}

double of_pixels(const Blocking& blocking) {
  constexpr double storing = 3, loads_of_unaligned = 2.5;
  const std::int64_t wide = blocking.axes[2].out();
  const std::int64_t in_row = pieces(wide, blocking.lanes);
  const std::int64_t all = in_row > 1 ? in_row : blocking.axes[1].out();
  const double vectors = ratio(all, pieces(all, blocking.configuration.vectors));
  const double channels = blocking.configuration.rows;
  return ratio(in_row * blocking.lanes, wide) *
         per_sum(channels * vectors, channels + loads_of_unaligned * vectors) *
         (1 + storing / ratio(blocking.products.count, 1));
}

}  // namespace

double cost(const Blocking& blocking) {
  const double padded = ratio(blocking.filter_blocks * blocking.block_filters, blocking.filters);
  return padded * (blocking.configuration.form == Form::channels ? of_channels(blocking)
                                                                 : of_pixels(blocking));
}

}  // namespace convtune::direct_blocked
