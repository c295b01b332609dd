#include "cache_sweep.hpp"

#include "evict.hpp"

namespace convtune {

CacheSweep::CacheSweep(const Device& device) : memory_(2 * cache_bytes(device)) {
  memory_.poison();
}

void CacheSweep::operator()() {
  constexpr std::size_t line = 64;
  auto* const bytes = static_cast<unsigned char*>(memory_.data());
#pragma omp parallel for schedule(static)
  for (std::size_t i = 0; i < memory_.bytes() / line; ++i) ++bytes[i * line];
}

}  // namespace convtune
