// Tiles of 64, float.
#include "transform_table.hpp"

namespace convtune::fft {

void add_largest(Table<float>& table) {
  add<float, 64>(table);
}

}  // namespace convtune::fft
