// Filters along one axis, and of one tap, double.
#include "transform_table.hpp"

namespace convtune::winograd {

void add_narrow(Table<double>& table) {
  add<double, single, single, single>(table, 1);  // products alone, for cpu.pointwise
  add<double, single, single, f2x3>(table, 2);
  add<double, single, single, f4x3>(table, 4);
  add<double, single, f2x3, single>(table, 2);
  add<double, single, f4x3, single>(table, 4);
  add<double, single, single, f2x7>(table, 2);
  add<double, single, f2x7, single>(table, 2);
  add<double, f2x3, single, single>(table, 2);
  add<double, f4x3, single, single>(table, 4);
}

}  // namespace convtune::winograd
