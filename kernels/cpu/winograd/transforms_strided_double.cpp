// Stride 2: 3x3, 5x5, 3x3x3 and three taps along one axis, double.
#include "transform_table.hpp"

namespace convtune::winograd {

void add_strided(Table<double>& table) {
  add<double, single, f2x3s2, f2x3s2>(table, 2);
  add<double, single, f3x3s2, f3x3s2>(table, 3);
  add<double, single, f4x3s2, f4x3s2>(table, 4);
  add<double, single, f2x5s2, f2x5s2>(table, 2);
  add<double, single, f4x5s2, f4x5s2>(table, 4);
  add<double, f2x3s2, f2x3s2, f2x3s2>(table, 2);
  add<double, single, single, f2x3s2>(table, 2);
  add<double, single, single, f4x3s2>(table, 4);
}

}  // namespace convtune::winograd
