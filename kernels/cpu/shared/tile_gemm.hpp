#pragma once

#include <cstdint>

#include <convtune/device.hpp>

namespace convtune::cpu {

/// Products of a few rows with a block of columns, summed over channels:
///
///   sums[row][column] = sum over c of rows[c / lanes][row][c % lanes] columns[c][column]
///
/// where `lanes` is what a vector of the instruction set has.
template <class T>
struct TileGemm {
  const T* rows = nullptr;
  std::int64_t rows_step = 0;  ///< elements from one vector of channels to the next
  const T* columns = nullptr;  ///< column_count() in a row
  std::int64_t channels = 0;
  T* sums = nullptr;  ///< rows of column_count(), aligned to a vector
};

template <class T>
using RunTileGemm = void (*)(const TileGemm<T>&);

/// How many rows and vectors of columns are summed in registers at once.
struct RegisterTile {
  int rows = 1, vectors = 1;
  auto operator<=>(const RegisterTile&) const = default;
};

/// The largest tile with so many vectors of columns whose sums fit into registers.
RegisterTile largest_tile(Isa isa, int vectors);

/// The kernel of that tile, up to largest_tile; `fetch_ahead` asks for the columns 4 KiB before
/// they are needed, for those that do not fit a cache. Throws std::out_of_range for other tiles.
template <class T>
RunTileGemm<T> tile_gemm(Isa isa, const RegisterTile& tile, bool fetch_ahead);

}  // namespace convtune::cpu
