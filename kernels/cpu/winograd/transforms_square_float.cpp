// 3x3, 5x5 and 3x3x3, float.
#include "transform_table.hpp"

namespace convtune::winograd {

void add_square(Table<float>& table) {
  add<float, single, f2x3, f2x3>(table, 2);
  add<float, single, f4x3, f4x3>(table, 4);
  add<float, single, f2x5, f2x5>(table, 2);
  add<float, f2x3, f2x3, f2x3>(table, 2);
  add<float, f2x3, f4x3, f4x3>(table, 4);
  add<float, single, f6x3, f6x3>(table, 6);
  add<float, single, f4x5, f4x5>(table, 4);
}

}  // namespace convtune::winograd
