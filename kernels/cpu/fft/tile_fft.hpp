#pragma once

#include "small_fft.hpp"
#include "transforms.hpp"

namespace convtune::fft {

/// Spectra of tiles of n x n real numbers, n even. Two rows are the real and imaginary parts of one
/// complex row; of its spectrum columns 0 to n / 2 tell the rest. Columns 0 and n / 2 are spectra
/// of real numbers along the other axis too, and are one complex column.
///
/// Points are numbered by column: 0 and n / 2 first, of n / 2 + 1 points each, then the others of
/// n. Taking rows and columns apart again costs a factor of 2, which stays in the points.
template <int n, class T, int bytes>
struct TileFft {
  using Fft = SmallFft<T, bytes>;
  using Vector = typename cpu::Lanes<T, bytes>::Vector;
  static constexpr int lanes = cpu::Lanes<T, bytes>::count, half = n / 2;
  static constexpr int step = 2 * lanes;  ///< of complex numbers one after the other

  /// Columns 0 to n / 2 - 1 of complex numbers, one apart from lines that share a place of the
  /// first cache; column 0 has column n / 2 as its imaginary part.
  static constexpr int column_step = (n + 1) * step;
  struct Grid {
    alignas(bytes) T numbers[half * column_step];
    CONVTUNE_INLINE T* at(int column, int row) {
      return numbers + column * column_step + row * step;
    }
  };

  CONVTUNE_INLINE static Vector re(const T* at) { return cpu::load<T, bytes>(at); }
  CONVTUNE_INLINE static Vector im(const T* at) { return cpu::load<T, bytes>(at + lanes); }
  CONVTUNE_INLINE static void put(T* at, const Vector& real, const Vector& imaginary) {
    cpu::store<T, bytes>(at, real);
    cpu::store<T, bytes>(at + lanes, imaginary);
  }
  CONVTUNE_INLINE static ComplexFrom<T> from(const T* at, std::int64_t every) {
    return {at, at + lanes, every};
  }
  CONVTUNE_INLINE static ComplexTo<T> to(T* at, std::int64_t every) {
    return {at, at + lanes, every};
  }

  /// The first point of a column.
  static constexpr int first_point(int column) {
    if (column == 0) return 0;
    return column == half ? half + 1 : 2 * (half + 1) + (column - 1) * n;
  }

  /// Whether a point is real and has no factor of 2.
  static constexpr bool is_corner(int point) {
    return point == 0 || point == half || point == half + 1 || point == 2 * half + 1;
  }

  /// Pixels of row r of the tile are at rows[r], a vector each; rows from `there` on, an even
  /// number, are zero.
  CONVTUNE_INLINE static void forward(const T* const* rows, int there, T* points,
                                      std::int64_t point_step) {
    Grid grid;
    for (int row = 0; row < there; row += 2) forward_rows(rows[row], rows[row + 1], row, grid);
    for (int row = there; row < n; ++row)
      for (int column = 0; column < half; ++column) put(grid.at(column, row), Vector{}, Vector{});
    // One loop, because the transform is inlined: column 0 is taken apart afterwards.
    alignas(bytes) T line[n * step];
    for (int column = 0; column < half; ++column)
      Fft::template run<n>(
          from(grid.at(column, 0), step),
          column == 0 ? to(line, step) : to(points + first_point(column) * point_step, point_step));
    divide_column(line, points, point_step);
  }

  /// The first `rows` rows of the tile from its points, n^2 times as large; an odd number of them
  /// is followed by one more.
  CONVTUNE_INLINE static void backward(const T* points, std::int64_t point_step, int rows,
                                       T* pixels, std::int64_t row_step) {
    Grid grid;
    alignas(bytes) T line[n * step];
    join_columns(points, point_step, line);
    for (int column = 0; column < half; ++column) {
      const T* const first = column == 0 ? line : points + first_point(column) * point_step;
      T* const out = grid.at(column, 0);
      Fft::template run<n>({first + lanes, first, column == 0 ? step : point_step},
                           {out + lanes, out, step});
    }
    for (int row = 0; row < rows; row += 2) backward_rows(grid, row, pixels, row_step);
  }

 private:
  // The even and the odd part of a spectrum are those of its real and imaginary parts.
  CONVTUNE_INLINE static void part(const T* a, const T* b, T* real, T* imaginary) {
    put(real, re(a) + re(b), im(a) - im(b));
    put(imaginary, im(a) + im(b), re(b) - re(a));
  }

  CONVTUNE_INLINE static void forward_rows(const T* a, const T* b, int row, Grid& grid) {
    alignas(bytes) T line[n * step];
    Fft::template run<n>({a, b, lanes}, to(line, step));
    const T* const middle = line + half * step;
    put(grid.at(0, row), re(line), re(middle));
    put(grid.at(0, row + 1), im(line), im(middle));
    for (int k = 1; k < half; ++k)
      part(line + k * step, line + (n - k) * step, grid.at(k, row), grid.at(k, row + 1));
  }

  CONVTUNE_INLINE static void divide_column(const T* line, T* points, std::int64_t point_step) {
    T* const low = points;
    T* const high = points + first_point(half) * point_step;
    for (const int k : {0, half}) {
      put(low + k * point_step, re(line + k * step), Vector{});
      put(high + k * point_step, im(line + k * step), Vector{});
    }
    for (int k = 1; k < half; ++k)
      part(line + k * step, line + (n - k) * step, low + k * point_step, high + k * point_step);
  }

  // A spectrum of real numbers and i times another one, and its mirror image.
  CONVTUNE_INLINE static void join(const T* a, const T* b, T* direct, T* mirrored) {
    put(direct, re(a) - im(b), im(a) + re(b));
    put(mirrored, re(a) + im(b), re(b) - im(a));
  }

  CONVTUNE_INLINE static void join_columns(const T* points, std::int64_t point_step, T* line) {
    const T* const low = points;
    const T* const high = points + first_point(half) * point_step;
    for (const int k : {0, half})
      put(line + k * step, re(low + k * point_step), re(high + k * point_step));
    for (int k = 1; k < half; ++k)
      join(low + k * point_step, high + k * point_step, line + k * step, line + (n - k) * step);
  }

  CONVTUNE_INLINE static void backward_rows(Grid& grid, int row, T* pixels, std::int64_t row_step) {
    alignas(bytes) T line[n * step];
    const T* const a = grid.at(0, row);
    const T* const b = grid.at(0, row + 1);
    put(line, re(a), re(b));
    put(line + half * step, im(a), im(b));
    for (int k = 1; k < half; ++k)
      join(grid.at(k, row), grid.at(k, row + 1), line + k * step, line + (n - k) * step);
    T* const first = pixels + row * row_step;
    Fft::template run<n>({line + lanes, line, step}, {first + row_step, first, lanes});
  }
};

}  // namespace convtune::fft
