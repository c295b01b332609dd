#pragma once

#include <array>

#include "gather.hpp"
#include "tile_fft.hpp"

namespace convtune::fft {

/// The three transforms of tiles of n x n pixels. Target::forward is TileFft::forward, one function
/// for images and filters.
template <int n, class T, int bytes, class Target>
struct TransformLoops {
  using Tile = TileFft<n, T, bytes>;
  static constexpr int lanes = Tile::lanes, points = points_of(n);

  CONVTUNE_INLINE static void input(const InputCall<T>& call) {
    T* rows[n];
    read_rows(call, rows);
    std::int64_t within = call.first_tile % call.group_tiles;
    T* group = call.points + call.first_tile / call.group_tiles * call.group_step;
    for (std::int64_t t = 0; t < call.tiles; ++t) {
      const T* of_tile[n];
      for (int row = 0; row < n; ++row) of_tile[row] = rows[row] + t * call.tile_step * lanes;
      Target::forward(of_tile, n, group + within * Tile::step, call.point_step);
      if (++within == call.group_tiles) {
        within = 0;
        group += call.group_step;
      }
    }
  }

  /// Fills the strip, and says where the rows of the tiles begin in it.
  CONVTUNE_INLINE static void read_rows(const InputCall<T>& call, T* (&rows)[n]) {
    const std::int64_t count = (call.tiles - 1) * call.tile_step + n;
    for (int row = 0; row < n; ++row) {
      const int turned = call.first_place + row;
      rows[row] = call.strip + (turned < n ? turned : turned - n) * (count + lanes) * lanes;
    }
    if (!call.gathered) {
      for (int row = call.kept_rows; row < n; ++row) read_row(call, row, rows[row], count);
    } else {
      const PartGather<T, bytes> parts(call);
      for (int row = call.kept_rows; row < n; ++row) parts.load_row(row, rows[row], count);
    }
  }

  CONVTUNE_INLINE static void read_row(const InputCall<T>& call, int row, T* strip,
                                       std::int64_t count) {
    const auto& [high, wide] = call.walks;
    const std::int64_t tap = call.first_channel / call.source_channels;
    const std::int64_t channel = call.first_channel % call.source_channels;
    if (call.depth.holds(tap) && high.holds(row))
      cpu::load_row<T, bytes>(
          {.row = call.source + channel * call.channel_step + call.depth.at(tap) * call.plane_step +
                  high.at(row) * call.row_step,
           .end = call.end,
           .channel_step = call.channel_step,
           .channels = call.channels,
           .walk = wide},
          strip, count);
    else
      cpu::zero_pixels<T, bytes>(strip, 0, count);
  }

  /// Every tile writes n pixels of a row; the next one overwrites those that are not outputs.
  CONVTUNE_INLINE static void output(const OutputCall<T>& call) {
    const auto& [rows, columns] = call.outputs;
    const std::int64_t row_elements = (call.tiles * columns + n + lanes) * lanes;
    for (std::int64_t t = 0; t < call.tiles; ++t)
      Tile::backward(call.sums + t * call.tile_step, call.point_step, rows,
                     call.rows + t * columns * lanes, row_elements);
    const auto& [high, wide] = call.walks;
    for (int row = 0; row < rows && high.holds(row); ++row)
      cpu::store_row<T, bytes>({.row = call.destination + high.at(row) * call.row_step,
                                .channel_step = call.channel_step,
                                .channels = call.channels,
                                .walk = wide,
                                .bias = call.bias,
                                .accumulate = call.accumulate,
                                .relu = call.relu},
                               call.rows + row * row_elements, call.tiles * columns);
  }

  /// Conjugate, because filters are correlated with images, and with all factors of a product. They
  /// are far apart where they go, and are written there once.
  CONVTUNE_INLINE static void filter(const FilterCall<T>& call) {
    alignas(bytes) T pixels[n][n * lanes];
    const int there = read_taps(call, pixels);
    const T* rows[n];
    for (int row = 0; row < n; ++row) rows[row] = pixels[row];
    alignas(bytes) T made[points * Tile::step];
    Target::forward(rows, there, made, Tile::step);
    constexpr T whole = T{1} / (n * n), quarter = whole / 4;
    for (int p = 0; p < points; ++p) {
      const T* const from = made + p * Tile::step;
      const T factor = Tile::is_corner(p) ? whole : quarter;
      Tile::put(call.points + p * call.point_step, Tile::re(from) * factor,
                Tile::im(from) * -factor);
    }
  }

  /// An even number of rows that hold the taps; those from there on are not written.
  CONVTUNE_INLINE static int read_taps(const FilterCall<T>& call, T (&pixels)[n][n * lanes]) {
    const auto& [high, wide] = call.taps;
    const auto& [high_stride, wide_stride] = call.strides;
    const int last = high * wide - 1;
    int there = (high - call.first_tap[0] + high_stride - 1) / high_stride;
    there += there % 2;
    for (int row = 0; row < there; ++row) cpu::zero_pixels<T, bytes>(pixels[row], 0, n);
    for (int o = 0; o < call.outputs; ++o) {
      const T* const taps = call.filter + o * call.output_step;
      for (int h = call.first_tap[0], row = 0; h < high; h += high_stride, ++row)
        for (int w = call.first_tap[1], column = 0; w < wide; w += wide_stride, ++column) {
          const int tap = h * wide + w;
          pixels[row][column * lanes + o] = taps[call.flip ? last - tap : tap];
        }
    }
    return there;
  }
};

}  // namespace convtune::fft
