#include "column_table.hpp"

namespace convtune::depthwise {

template <>
RunColumn<double> column_kernel<double>(Isa isa, const ColumnShape& shape) {
  return pick_column<double>(isa, shape);
}

}  // namespace convtune::depthwise
