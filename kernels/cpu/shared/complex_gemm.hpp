#pragma once

#include <cstdint>

#include <convtune/device.hpp>

#include "tile_gemm.hpp"

namespace convtune::cpu {

/// Products of a few rows of complex numbers with a block of columns, summed over channels:
///
///   sums[row][column] = sum over c of rows[c / lanes][row][c % lanes] columns[c][column]
///
/// where `lanes` is what a vector of the instruction set has. Real and imaginary parts take turns,
/// a vector each.
template <class T>
struct ComplexGemm {
  const T* rows = nullptr;
  std::int64_t rows_step = 0;  ///< elements from one vector of channels to the next
  const T* columns = nullptr;
  std::int64_t channels = 0;
  T* sums = nullptr;  ///< aligned to a vector
};

template <class T>
using RunComplexGemm = void (*)(const ComplexGemm<T>&);

/// The largest tile with so many vectors of columns whose sums fit into registers.
RegisterTile largest_complex_tile(Isa isa, int vectors);

/// The kernel of that tile of 1 or 2 vectors, up to largest_complex_tile; `fetch_ahead` asks for
/// the columns 4 KiB before they are needed, for those that do not fit a cache. Throws
/// std::out_of_range for other tiles.
template <class T>
RunComplexGemm<T> complex_gemm(Isa isa, const RegisterTile& tile, bool fetch_ahead);

}  // namespace convtune::cpu
