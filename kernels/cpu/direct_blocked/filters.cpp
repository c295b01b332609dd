#include "filters.hpp"

#include <algorithm>

namespace convtune::direct_blocked {
namespace {

// So many products of a filter at a time: a cache line of what is read.
constexpr std::int64_t together = 16;

template <class T>
void pack_block(const Blocking& blocking, const T* filter, std::int64_t there, T* packed) {
  const std::int64_t taps = blocking.taps, products = blocking.products.count;
  for (std::int64_t first = 0; first < products; first += together) {
    const std::int64_t end = std::min(first + together, products);
    for (std::int64_t i = 0; i < blocking.block_filters; ++i)
      for (std::int64_t p = first; p < end; ++p) {
        const std::int64_t from = blocking.flip ? p - p % taps + taps - 1 - p % taps : p;
        packed[p * blocking.block_filters + i] = i < there ? filter[i * products + from] : T{0};
      }
  }
}

}  // namespace

template <class T>
void pack_filters(const Blocking& blocking, const T* filter, T* packed) {
  const std::int64_t products = blocking.products.count, blocks = blocking.filter_blocks;
#pragma omp parallel for schedule(static) num_threads(blocking.threads)
  for (std::int64_t block = 0; block < blocking.groups * blocks; ++block) {
    const std::int64_t first = block % blocks * blocking.block_filters;
    pack_block(blocking, filter + (block / blocks * blocking.filters + first) * products,
               blocking.filters - first, packed + block * products * blocking.block_filters);
  }
}

template void pack_filters(const Blocking&, const float*, float*);
template void pack_filters(const Blocking&, const double*, double*);

}  // namespace convtune::direct_blocked
