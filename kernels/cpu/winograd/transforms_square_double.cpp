// 3x3, 5x5 and 3x3x3, double.
#include "transform_table.hpp"

namespace convtune::winograd {

void add_square(Table<double>& table) {
  add<double, single, f2x3, f2x3>(table, 2);
  add<double, single, f4x3, f4x3>(table, 4);
  add<double, single, f2x5, f2x5>(table, 2);
  add<double, f2x3, f2x3, f2x3>(table, 2);
  add<double, f2x3, f4x3, f4x3>(table, 4);
}

}  // namespace convtune::winograd
