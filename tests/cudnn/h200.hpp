#pragma once

#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "graph.hpp"
#include "library.hpp"

namespace convtune::cudnn {

inline std::string h200_properties() {
  std::ifstream file(H200_PROPERTIES);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline Descriptor h200() {
  return device_properties(h200_properties());
}

/// For what was read once from that version: the numbers of engines and what they support.
#define CONVTUNE_SKIP_UNLESS_919()                              \
  if (convtune::cudnn::runtime_version() != "9.19.0")           \
  GTEST_SKIP() << "is known of cuDNN 9.19.0 only, and this is " \
               << convtune::cudnn::runtime_version()

}  // namespace convtune::cudnn
