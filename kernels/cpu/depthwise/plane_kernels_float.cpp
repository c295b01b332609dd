#include "plane_table.hpp"

namespace convtune::depthwise {

template <>
RunPlane<float> plane_kernel<float>(Isa isa, const PlaneShape& shape) {
  return pick_plane<float>(isa, shape, std::make_index_sequence<std::size(plane_shapes)>());
}

}  // namespace convtune::depthwise
