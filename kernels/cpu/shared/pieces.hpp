#pragma once

#include <cstdint>

namespace convtune::cpu {

/// How many pieces of such a size something is cut into, the last of which may be smaller.
constexpr std::int64_t pieces(std::int64_t size, std::int64_t piece) {
  return (size + piece - 1) / piece;
}

}  // namespace convtune::cpu
