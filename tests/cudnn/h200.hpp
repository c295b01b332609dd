#pragma once

#include <fstream>
#include <iterator>
#include <string>

#include "graph.hpp"

namespace convtune::cudnn {

inline std::string h200_properties() {
  std::ifstream file(H200_PROPERTIES);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline Descriptor h200() {
  return device_properties(h200_properties());
}

}  // namespace convtune::cudnn
