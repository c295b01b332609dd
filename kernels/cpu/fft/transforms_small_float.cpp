// Tiles of 8, 12 and 16, float.
#include "transform_table.hpp"

namespace convtune::fft {

void add_small(Table<float>& table) {
  add<float, 8>(table);
  add<float, 12>(table);
  add<float, 16>(table);
}

}  // namespace convtune::fft
