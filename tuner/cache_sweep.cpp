#include "cache_sweep.hpp"

namespace convtune {

CacheSweep::CacheSweep(const Device& device)
    : memory_(2 * (device.l3_bytes + static_cast<std::size_t>(device.threads) * device.l2_bytes)) {
  memory_.poison();
}

void CacheSweep::operator()() {
  constexpr std::size_t line = 64;
  auto* const bytes = static_cast<unsigned char*>(memory_.data());
#pragma omp parallel for schedule(static)
  for (std::size_t i = 0; i < memory_.bytes() / line; ++i) ++bytes[i * line];
}

}  // namespace convtune
