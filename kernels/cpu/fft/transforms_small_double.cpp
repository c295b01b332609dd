// Tiles of 8, 12 and 16, double.
#include "transform_table.hpp"

namespace convtune::fft {

void add_small(Table<double>& table) {
  add<double, 8>(table);
  add<double, 12>(table);
  add<double, 16>(table);
}

}  // namespace convtune::fft
