#include "inputs.hpp"

namespace convtune::direct_blocked {
namespace {

/// Elements from the first image to a channel.
std::int64_t plane_of(const Blocking& blocking, const Block& block, std::int64_t channel) {
  const auto& axes = blocking.axes;
  return ((block.image * blocking.groups + block.group) * blocking.channels + channel) *
         axes[0].in * axes[1].in * axes[2].in;
}

/// The inputs along an axis that are copied, from those of an output on: what a stride skips is
/// left out.
class Rows {
 public:
  Rows(const Axis& axis, std::int64_t output)
      : step_(step(axis)),
        skipped_(axis.stride - step_),
        input_(output * axis.stride - axis.pad_left) {}

  std::int64_t input() const { return input_; }
  void next() {
    ++input_;
    if (++number_ < step_) return;
    number_ = 0;
    input_ += skipped_;
  }

 private:
  std::int64_t step_, skipped_, input_, number_ = 0;
};

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
  const T* const plane = source + plane_of(blocking_, block, channel);
  T* const to = copied + channel * blocking_.channel_step;
  const auto holds = [](const Axis& axis, std::int64_t at) { return at >= 0 && at < axis.in; };
  Rows z(deep, block.first[0]);
  for (std::int64_t d = 0; d < extent(deep, block.size[0]); ++d, z.next()) {
    Rows y(high, block.first[1]);
    for (std::int64_t h = 0; h < extent(high, block.size[1]); ++h, y.next()) {
      const bool there = holds(deep, z.input()) && holds(high, y.input());
      copy_(split_, there ? plane + (z.input() * high.in + y.input()) * wide.in : nullptr,
            to + d * blocking_.plane_step + h * blocking_.row_step);
    }
  }
}

template class Inputs<float>;
template class Inputs<double>;

}  // namespace convtune::direct_blocked
