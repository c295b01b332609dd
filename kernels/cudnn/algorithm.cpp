#include "algorithm.hpp"

#include "../cuda/shared/in_module.hpp"

namespace convtune {

const Implementation& cudnn_algorithm() {
  static const cuda::InModule<cudnn::AlgorithmFace> instance;
  return instance;
}

}  // namespace convtune
