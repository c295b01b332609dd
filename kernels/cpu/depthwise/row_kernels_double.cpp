#include "row_table.hpp"

namespace convtune::depthwise {

template <>
RunRows<double> row_kernel<double>(Isa isa, const RowShape& shape) {
  return pick_rows<double>(isa, shape);
}

}  // namespace convtune::depthwise
