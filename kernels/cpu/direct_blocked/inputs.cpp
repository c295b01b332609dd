#include "inputs.hpp"

#include <algorithm>

namespace convtune::direct_blocked {
namespace {

/// Elements from the first image to a channel.
std::int64_t plane_of(const Blocking& blocking, const Block& block, std::int64_t channel) {
  const auto& axes = blocking.axes;
  return ((block.image * blocking.groups + block.group) * blocking.channels + channel) *
         axes[0].in * axes[1].in * axes[2].in;
}

}  // namespace

template <class T>
const T* Inputs<T>::in_place(const Block& block, const T* source) const {
  const auto& axes = blocking_.axes;
  const std::int64_t row =
      block.first[0] * axes[0].stride * axes[1].in + block.first[1] * axes[1].stride;
  return source + plane_of(blocking_, block, 0) + row * axes[2].in;
}

template <class T>
void Inputs<T>::copy(const Block& block, std::int64_t channel, const T* source, T* copied) const {
  const auto& [deep, high, wide] = blocking_.axes;
  const T* const volume = source + plane_of(blocking_, block, channel);
  T* const to = copied + channel * blocking_.channel_step;
  for (std::int64_t d = 0; d < extent(deep, block.size[0]); ++d) {
    // What a stride skips is left out.
    const std::int64_t output = block.first[0] + d / step(deep);
    const std::int64_t z = output * deep.stride - deep.pad_left + d % step(deep);
    const bool there = z >= 0 && z < deep.in;
    copy_plane(block, there ? volume + z * high.in * wide.in : nullptr,
               to + d * blocking_.plane_step);
  }
}

template <class T>
void Inputs<T>::copy_plane(const Block& block, const T* plane, T* to) const {
  const Axis& high = blocking_.axes[1];
  const std::int64_t first = block.first[1] * high.stride - high.pad_left;
  if (step(high) == high.stride) return copy_rows(plane, first, extent(high, block.size[1]), to);
  for (std::int64_t output = 0; output < block.size[1]; ++output)
    copy_rows(plane, first + output * high.stride, high.reach(), to + output * blocking_.high_step);
}

template <class T>
void Inputs<T>::copy_rows(const T* plane, std::int64_t first, std::int64_t rows, T* to) const {
  const Axis& high = blocking_.axes[1];
  const Axis& wide = blocking_.axes[2];
  const std::int64_t above = plane ? std::clamp<std::int64_t>(-first, 0, rows) : rows;
  const std::int64_t below = std::clamp<std::int64_t>(high.in - first, above, rows);
  const auto copy = [&](const T* from, std::int64_t begin, std::int64_t end) {
    if (begin < end)
      copy_(split_, {.from = from,
                     .from_step = wide.in,
                     .to = to + begin * blocking_.row_step,
                     .to_step = blocking_.row_step,
                     .rows = end - begin});
  };
  copy(nullptr, 0, above);
  if (above < below) copy(plane + (first + above) * wide.in, above, below);
  copy(nullptr, below, rows);
}

template class Inputs<float>;
template class Inputs<double>;

}  // namespace convtune::direct_blocked
