#include "emulation.hpp"

namespace convtune::cuda {

Emulation& emulation() {
  static thread_local Emulation settings;
  return settings;
}

}  // namespace convtune::cuda
