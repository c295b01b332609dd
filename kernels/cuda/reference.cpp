#include "reference.hpp"

#include "shared/in_module.hpp"

namespace convtune {

const Implementation& cuda_reference() {
  static const cuda::InModule<cuda::ReferenceFace> instance;
  return instance;
}

}  // namespace convtune
