// Filters along one axis, and of one tap, float.
#include "transform_table.hpp"

namespace convtune::winograd {

void add_narrow(Table<float>& table) {
  add<float, single, single, single>(table, 1);  // products alone, for cpu.pointwise
  add<float, single, single, f2x3>(table, 2);
  add<float, single, single, f4x3>(table, 4);
  add<float, single, f2x3, single>(table, 2);
  add<float, single, f4x3, single>(table, 4);
  add<float, single, single, f2x7>(table, 2);
  add<float, single, f2x7, single>(table, 2);
  add<float, f2x3, single, single>(table, 2);
  add<float, f4x3, single, single>(table, 4);
}

}  // namespace convtune::winograd
