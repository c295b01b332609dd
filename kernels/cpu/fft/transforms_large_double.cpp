// Tiles of 20, 24 and 32, double.
#include "transform_table.hpp"

namespace convtune::fft {

void add_large(Table<double>& table) {
  add<double, 20>(table);
  add<double, 24>(table);
  add<double, 32>(table);
}

}  // namespace convtune::fft
