#include "planes.hpp"

namespace convtune::direct {
namespace {

/// The v of [0, count) whose x = first + v * step lies in [0, size).
struct Inside {
  std::int64_t begin = 0, end = 0;
};

Inside inside(std::int64_t first, std::int64_t step, std::int64_t size, std::int64_t count) {
  if (first >= size) return {};
  const std::int64_t begin = first < 0 ? (-first + step - 1) / step : 0;
  const std::int64_t end = std::min(count, (size - 1 - first) / step + 1);
  return {std::min(begin, std::max<std::int64_t>(end, 0)), std::max<std::int64_t>(end, 0)};
}

bool within(std::int64_t x, std::int64_t size) {
  return x >= 0 && x < size;
}

template <class T>
void pack_row(const T* row, const Window& window, std::int64_t size, std::int64_t stride, T* plane,
              std::int64_t count) {
  const auto [begin, end] = inside(window.first[2], window.step[2], size, count);
  std::fill(plane, plane + begin, T{0});
  const T* const from = row + window.first[2] * stride;
  const std::int64_t step = window.step[2] * stride;
  if (step == 1)
    std::copy(from + begin, from + end, plane + begin);
  else
    for (std::int64_t v = begin; v < end; ++v) plane[v] = from[v * step];
  std::fill(plane + end, plane + count, T{0});
}

}  // namespace

Strides strides(const ConvProblem& problem, Role role) {
  const bool last = layout_of(problem, role) == Layout::channels_last;
  const Extents extents = spatial(problem, role);
  const std::int64_t channels = role == Role::filter   ? problem->in_channels / problem->groups
                                : role == Role::source ? problem->in_channels
                                                       : problem->out_channels;
  Strides found;
  std::int64_t step = last ? channels : 1;
  for (std::size_t a = 3; a-- > 0; step *= extents[a]) found.axis[a] = step;
  found.channel = last ? 1 : step;
  found.image = last ? step : step * channels;
  return found;
}

template <class T>
void pack(const Geometry& geometry, const Window& window, const Extents& read, const T* channel,
          const Extents& strides, T* plane) {
  const Extents& extent = geometry.extent;
  T* row = plane;
  for (std::int64_t v0 = 0; v0 < extent[0]; ++v0)
    for (std::int64_t v1 = 0; v1 < extent[1]; ++v1, row += extent[2]) {
      const std::int64_t x0 = window.first[0] + v0 * window.step[0];
      const std::int64_t x1 = window.first[1] + v1 * window.step[1];
      if (within(x0, read[0]) && within(x1, read[1]))
        pack_row(channel + x0 * strides[0] + x1 * strides[1], window, read[2], strides[2], row,
                 extent[2]);
      else
        std::fill(row, row + extent[2], T{0});
    }
  std::fill(row, plane + geometry.plane, T{0});
}

template <class T>
void store(const Geometry& geometry, const Window& window, const T* sums, std::int64_t first,
           std::int64_t count, const Finish<T>& finish, T* channel, const Extents& strides) {
  const Extents& size = geometry.written;
  const std::int64_t width = geometry.extent[2];
  const auto [begin, end] = inside(window.first[2], window.step[2], size[2], geometry.grid[2]);
  for (std::int64_t row = first / width; row * width < first + count; ++row) {
    const std::int64_t v1 = row % geometry.extent[1], v0 = row / geometry.extent[1];
    const std::int64_t x0 = window.first[0] + v0 * window.step[0];
    const std::int64_t x1 = window.first[1] + v1 * window.step[1];
    if (v0 >= geometry.grid[0] || v1 >= geometry.grid[1]) continue;
    if (!within(x0, size[0]) || !within(x1, size[1])) continue;
    T* const out = channel + x0 * strides[0] + x1 * strides[1] + window.first[2] * strides[2];
    const T* const from = sums + row * width - first;
    const std::int64_t low = std::max(begin, first - row * width);
    const std::int64_t high = std::min(end, first + count - row * width);
    const std::int64_t step = window.step[2] * strides[2];
    for (std::int64_t v = low; v < high; ++v) out[v * step] = finish(from[v], out[v * step]);
  }
}

template void pack(const Geometry&, const Window&, const Extents&, const float*, const Extents&,
                   float*);
template void pack(const Geometry&, const Window&, const Extents&, const double*, const Extents&,
                   double*);
template void store(const Geometry&, const Window&, const float*, std::int64_t, std::int64_t,
                    const Finish<float>&, float*, const Extents&);
template void store(const Geometry&, const Window&, const double*, std::int64_t, std::int64_t,
                    const Finish<double>&, double*, const Extents&);

}  // namespace convtune::direct
