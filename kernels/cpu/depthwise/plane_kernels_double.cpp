#include "plane_table.hpp"

namespace convtune::depthwise {

template <>
RunPlane<double> plane_kernel<double>(Isa isa, const PlaneShape& shape) {
  return pick_plane<double>(isa, shape, std::make_index_sequence<std::size(plane_shapes)>());
}

}  // namespace convtune::depthwise
