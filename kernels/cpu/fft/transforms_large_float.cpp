// Tiles of 20, 24 and 32, float.
#include "transform_table.hpp"

namespace convtune::fft {

void add_large(Table<float>& table) {
  add<float, 20>(table);
  add<float, 24>(table);
  add<float, 32>(table);
}

}  // namespace convtune::fft
