#include "gpu_backends.hpp"

#include <algorithm>

#include <kernels/list.hpp>

namespace convtune {

std::vector<const Backend*> gpu_backends() {
  std::vector<const Backend*> found;
  for (const Backend* const backend : all_backends())
    if (std::ranges::any_of(all_implementations(), [&](const Implementation* each) {
          return each->backend() == backend->name() && each->device() == DeviceKind::cuda;
        }))
      found.push_back(backend);
  return found;
}

bool can_ask_for_described() {
  return std::ranges::any_of(gpu_backends(),
                             [](const Backend* backend) { return backend->unavailable().empty(); });
}

}  // namespace convtune
