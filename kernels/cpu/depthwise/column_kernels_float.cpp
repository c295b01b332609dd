#include "column_table.hpp"

namespace convtune::depthwise {

template <>
RunColumn<float> column_kernel<float>(Isa isa, const ColumnShape& shape) {
  return pick_column<float>(isa, shape);
}

}  // namespace convtune::depthwise
