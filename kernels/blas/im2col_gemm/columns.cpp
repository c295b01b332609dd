#include "columns.hpp"

#include <cstring>

namespace convtune::blas {
namespace {

/// Calls row(line, columns) for each output line that the positions touch, in order.
template <class Row>
void each_line(const Geometry& geometry, Range positions, Row row) {
  const std::int64_t width = geometry.out[2];
  std::int64_t line = positions.first / width, first = positions.first % width;
  for (std::int64_t left = positions.size(); left > 0; ++line, first = 0) {
    const Range columns{first, std::min(width, first + left)};
    left -= columns.size();
    row(line, columns);
  }
}

/// Calls slab(depth, lines) for each output depth that the whole lines touch, in order.
template <class Slab>
void each_slab(const Geometry& geometry, Range lines, Slab slab) {
  const std::int64_t height = geometry.out[1];
  for (std::int64_t at = lines.first; at < lines.last;) {
    const std::int64_t depth = at / height;
    const std::int64_t last = std::min(lines.last, (depth + 1) * height);
    slab(depth, Range{at - depth * height, last - depth * height});
    at = last;
  }
}

Range clip(Range range, Range to) {
  const std::int64_t first = std::clamp(range.first, to.first, to.last);
  return {first, std::clamp(range.last, first, to.last)};
}

/// Output lines of such a problem lie behind one another in the input just as in the output, so
/// that a run of them is one copy whatever their width.
bool in_runs(const Geometry& geometry, Range positions) {
  const std::int64_t width = geometry.out[2];
  return geometry.axis[1].stride == 1 && geometry.axis[2].stride == 1 &&
         geometry.axis[2].in == width && positions.first % width == 0 &&
         positions.last % width == 0;
}

template <class T>
void clear_outside(T* rows, std::int64_t lines, std::int64_t width, Range inside) {
  for (std::int64_t line = 0; line < lines; ++line, rows += width) {
    for (std::int64_t i = 0; i < inside.first; ++i) rows[i] = T{0};
    for (std::int64_t i = inside.last; i < width; ++i) rows[i] = T{0};
  }
}

template <class T>
void gather_runs(const Geometry& geometry, const Tap& tap, const T* plane, Range positions,
                 T* row) {
  const std::int64_t width = geometry.out[2], height = geometry.axis[1].in;
  each_slab(
      geometry, {positions.first / width, positions.last / width},
      [&](std::int64_t depth, Range lines) {
        const bool empty = !tap.d.holds(depth) || tap.w.inside.size() <= 0;
        const Range valid = empty ? Range{lines.first, lines.first} : clip(tap.h.inside, lines);
        T* const start = row + (valid.first - lines.first) * width;
        T* const stop = start + valid.size() * width;
        std::fill(row, start, T{0});
        if (valid.size() > 0) {
          const T* from = plane + (tap.d.input(depth) * height + tap.h.input(valid.first)) * width;
          const Range read{tap.w.inside.first, valid.size() * width - (width - tap.w.inside.last)};
          std::memcpy(start + read.first, from + tap.w.offset + read.first,
                      static_cast<std::size_t>(read.size()) * sizeof(T));
          clear_outside(start, valid.size(), width, tap.w.inside);
        }
        row += lines.size() * width;
        std::fill(stop, row, T{0});
      });
}

// Lines that lie apart defeat the processor's own prefetching.
constexpr std::int64_t lines_ahead = 8;

template <class T>
void prefetch(const T* from, std::int64_t count) {
  constexpr auto step = static_cast<std::int64_t>(64 / sizeof(T));
  for (std::int64_t i = 0; i < count; i += step) __builtin_prefetch(from + i);
}

// With the stride known the compiler makes vectors of it.
template <class T>
void copy_strided(const T* from, std::int64_t stride, std::int64_t count, T* to) {
  switch (stride) {
    case 1:
      for (std::int64_t i = 0; i < count; ++i) to[i] = from[i];
      break;
    case 2:
      for (std::int64_t i = 0; i < count; ++i) to[i] = from[2 * i];
      break;
    default:
      for (std::int64_t i = 0; i < count; ++i) to[i] = from[stride * i];
  }
}

template <class T>
void gather_lines(const Geometry& geometry, const Tap& tap, const T* plane, Range positions,
                  T* row) {
  const std::int64_t ahead = lines_ahead * tap.h.stride * geometry.axis[2].in;
  each_line(geometry, positions, [&](std::int64_t line, Range columns) {
    const std::int64_t d = line / geometry.out[1], h = line % geometry.out[1];
    const bool empty = !tap.d.holds(d) || !tap.h.holds(h);
    const Range valid = empty ? Range{columns.last, columns.last} : clip(tap.w.inside, columns);
    const T* from = plane;
    if (!empty)
      from += (tap.d.input(d) * geometry.axis[1].in + tap.h.input(h)) * geometry.axis[2].in;
    T* const out = row - columns.first;
    for (std::int64_t w = columns.first; w < valid.first; ++w) out[w] = T{0};
    if (tap.h.stride > 1) prefetch(from + ahead, columns.size() * tap.w.stride);
    if (valid.size() > 0)
      copy_strided(from + tap.w.input(valid.first), tap.w.stride, valid.size(), out + valid.first);
    for (std::int64_t w = valid.last; w < columns.last; ++w) out[w] = T{0};
    row += columns.size();
  });
}

template <class T>
void scatter_runs(const Geometry& geometry, const Tap& tap, T* row, Range positions, T* plane) {
  const std::int64_t width = geometry.out[2], height = geometry.axis[1].in;
  each_slab(geometry, {positions.first / width, positions.last / width},
            [&](std::int64_t depth, Range lines) {
              T* const from = row;
              row += lines.size() * width;
              if (!tap.d.holds(depth) || tap.w.inside.size() <= 0) return;
              const Range valid = clip(tap.h.inside, lines);
              if (valid.size() <= 0) return;
              T* const start = from + (valid.first - lines.first) * width;
              clear_outside(start, valid.size(), width, tap.w.inside);
              T* const to = plane +
                            (tap.d.input(depth) * height + tap.h.input(valid.first)) * width +
                            tap.w.offset;
              const std::int64_t last = valid.size() * width - (width - tap.w.inside.last);
              for (std::int64_t i = tap.w.inside.first; i < last; ++i) to[i] += start[i];
            });
}

template <class T>
void scatter_lines(const Geometry& geometry, const Tap& tap, const T* row, Range positions,
                   T* plane) {
  each_line(geometry, positions, [&](std::int64_t line, Range columns) {
    const T* const from = row - columns.first;
    row += columns.size();
    const std::int64_t d = line / geometry.out[1], h = line % geometry.out[1];
    if (!tap.d.holds(d) || !tap.h.holds(h)) return;
    const Range valid = clip(tap.w.inside, columns);
    T* const to =
        plane + (tap.d.input(d) * geometry.axis[1].in + tap.h.input(h)) * geometry.axis[2].in;
    if (tap.w.stride == 1)
      for (std::int64_t w = valid.first; w < valid.last; ++w) to[w + tap.w.offset] += from[w];
    else
      for (std::int64_t w = valid.first; w < valid.last; ++w) to[tap.w.input(w)] += from[w];
  });
}

}  // namespace

TapAxis::TapAxis(const Axis& axis, std::int64_t tap, bool flip)
    : stride(axis.stride),
      offset((flip ? axis.filter - 1 - tap : tap) * axis.dilation - axis.pad_left) {
  const auto first_reading = [&](std::int64_t input) {  // the first output at or past `input`
    const std::int64_t out = input <= offset ? 0 : blocks(input - offset, stride);
    return std::min(out, axis.out());
  };
  inside = {first_reading(0), first_reading(axis.in)};
}

std::vector<Tap> taps(const Geometry& geometry) {
  const auto& [depth, height, width] = geometry.axis;
  std::vector<Tap> all;
  all.reserve(static_cast<std::size_t>(geometry.taps));
  for (std::int64_t d = 0; d < depth.filter; ++d)
    for (std::int64_t h = 0; h < height.filter; ++h)
      for (std::int64_t w = 0; w < width.filter; ++w)
        all.push_back(
            {{depth, d, geometry.flip}, {height, h, geometry.flip}, {width, w, geometry.flip}});
  return all;
}

template <class T>
void gather(const Geometry& geometry, const Tap& tap, const T* plane, Range positions, T* row) {
  if (in_runs(geometry, positions))
    gather_runs(geometry, tap, plane, positions, row);
  else
    gather_lines(geometry, tap, plane, positions, row);
}

template <class T>
void scatter(const Geometry& geometry, const Tap& tap, T* row, Range positions, T* plane) {
  if (in_runs(geometry, positions))
    scatter_runs(geometry, tap, row, positions, plane);
  else
    scatter_lines(geometry, tap, row, positions, plane);
}

template void gather(const Geometry&, const Tap&, const float*, Range, float*);
template void gather(const Geometry&, const Tap&, const double*, Range, double*);
template void scatter(const Geometry&, const Tap&, float*, Range, float*);
template void scatter(const Geometry&, const Tap&, double*, Range, double*);

}  // namespace convtune::blas
