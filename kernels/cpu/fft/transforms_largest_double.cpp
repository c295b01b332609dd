// Tiles of 64, double.
#include "transform_table.hpp"

namespace convtune::fft {

void add_largest(Table<double>& table) {
  add<double, 64>(table);
}

}  // namespace convtune::fft
