#include "engine.hpp"

#include "../cuda/shared/in_module.hpp"

namespace convtune {

const Implementation& cudnn_engine() {
  static const cuda::InModule<cudnn::EngineFace> instance;
  return instance;
}

}  // namespace convtune
