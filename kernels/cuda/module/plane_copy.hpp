#pragma once

#include <cstdint>

#include <convtune/accelerator.hpp>

#include "../launch.hpp"
#include "../simt.hpp"

namespace convtune::cuda {

/// Moves the elements of a PlaneCopy as bits. Neighbouring threads write neighbouring elements.
template <class Element>
struct CopyPlanes {
  const Element* from = nullptr;
  Element* to = nullptr;
  std::int64_t rows = 0, columns = 0, taps = 0;
  bool swapped = false, flipped = false;

  template <class Thread>
  CONVTUNE_DEVICE void operator()(Thread& thread) const {
    each(thread, rows * columns * taps, [&](std::int64_t i) {
      const std::int64_t place = i / taps, tap = i - place * taps;
      const std::int64_t plane = swapped ? place % rows * columns + place / rows : place;
      to[i] = from[plane * taps + (flipped ? taps - 1 - tap : tap)];
    });
  }
};

template <class Element>
void launch_copy(const PlaneCopy& copy, void* queue) {
  const CopyPlanes<Element> kernel{.from = static_cast<const Element*>(copy.from),
                                   .to = static_cast<Element*>(copy.to),
                                   .rows = copy.rows,
                                   .columns = copy.columns,
                                   .taps = copy.taps,
                                   .swapped = copy.swapped,
                                   .flipped = copy.flipped};
  launch(kernel, grid_of(copy.rows * copy.columns * copy.taps), queue);
}

/// Puts the copy on a queue (cudaStream_t) and does not wait for it.
inline void copy_planes(const PlaneCopy& copy, void* queue) {
  switch (copy.element_bytes) {
    case sizeof(std::uint16_t): return launch_copy<std::uint16_t>(copy, queue);
    case sizeof(std::uint32_t): return launch_copy<std::uint32_t>(copy, queue);
    default: return launch_copy<std::uint64_t>(copy, queue);
  }
}

}  // namespace convtune::cuda
