// Stride 2: 3x3, 5x5, 3x3x3 and three taps along one axis, float.
#include "transform_table.hpp"

namespace convtune::winograd {

void add_strided(Table<float>& table) {
  add<float, single, f2x3s2, f2x3s2>(table, 2);
  add<float, single, f3x3s2, f3x3s2>(table, 3);
  add<float, single, f4x3s2, f4x3s2>(table, 4);
  add<float, single, f2x5s2, f2x5s2>(table, 2);
  add<float, single, f4x5s2, f4x5s2>(table, 4);
  add<float, f2x3s2, f2x3s2, f2x3s2>(table, 2);
  add<float, single, single, f2x3s2>(table, 2);
  add<float, single, single, f4x3s2>(table, 4);
}

}  // namespace convtune::winograd
