#include "row_table.hpp"

namespace convtune::depthwise {

template <>
RunRows<float> row_kernel<float>(Isa isa, const RowShape& shape) {
  return pick_rows<float>(isa, shape);
}

}  // namespace convtune::depthwise
