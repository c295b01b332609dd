#include <algorithm>
#include <cstring>
#include <vector>

#include <omp.h>

#include "channel_kernel.hpp"
#include "plan.hpp"

namespace convtune::depthwise {
namespace {

/// A thread turns the planes of as many channels as a vector has lanes into vectors of channels,
/// with zeros around, and the outputs back. No lane is idle however small the planes are.
template <class T>
class ChannelsPlan final : public DepthwisePlan {
 public:
  ChannelsPlan(const ConvProblem& problem, const Configuration& configuration, const Device& device)
      : DepthwisePlan(problem, configuration, device), kernels_(channel_kernels<T>(device.isa)) {
    const auto& [deep, high, wide] = geometry_.axes;
    const std::int64_t row = wide.pad_left + wide.in + std::max<std::int64_t>(0, wide.pad_right);
    const std::int64_t plane =
        row * (high.pad_left + high.in + std::max<std::int64_t>(0, high.pad_right));
    const auto at = [&](std::int64_t z, std::int64_t y, std::int64_t x) {
      return (z * plane + y * row + x) * blocking_.lanes;
    };
    for (std::int64_t z = 0; z < deep.in; ++z)
      for (std::int64_t y = 0; y < high.in; ++y)
        for (std::int64_t x = 0; x < wide.in; ++x)
          places_.push_back(at(z + deep.pad_left, y + high.pad_left, x + wide.pad_left));
    for (std::int64_t z = 0; z < deep.filter; ++z)
      for (std::int64_t y = 0; y < high.filter; ++y)
        for (std::int64_t x = 0; x < wide.filter; ++x)
          offsets_.push_back(at(z * deep.dilation, y * high.dilation, x * wide.dilation));
    for (std::int64_t z = 0; z < geometry_.out[0]; ++z)
      for (std::int64_t y = 0; y < geometry_.out[1]; ++y)
        rows_.push_back(at(z * deep.stride, y * high.stride, 0));
  }

  void run(const Buffers& buffers) override {
    buffers_ = buffers;
    const std::int64_t channels = problem()->in_channels;
    const std::int64_t blocks = (channels + blocking_.lanes - 1) / blocking_.lanes;
#pragma omp parallel num_threads(threads_)
    {
      T* const padded =
          static_cast<T*>(buffers_.workspace) + omp_get_thread_num() * blocking_.thread_elements;
      std::memset(padded, 0,
                  static_cast<std::size_t>(blocking_.padded_places * blocking_.lanes) * sizeof(T));
#pragma omp for schedule(static)
      for (std::int64_t task = 0; task < problem()->batch * blocks; ++task)
        run_block(task / blocks, task % blocks * blocking_.lanes, padded);
    }
  }

 private:
  void run_block(std::int64_t image, std::int64_t first, T* padded) const {
    const std::int64_t lanes = blocking_.lanes;
    const auto together = std::min(lanes, problem()->in_channels - first);
    const std::int64_t channel = image * problem()->in_channels + first;
    TurnCall<T> turn;
    // Read only.
    turn.planes = static_cast<T*>(buffers_.source) + channel * geometry_.in_plane;
    turn.plane_step = geometry_.in_plane;
    turn.places = geometry_.in_plane;
    turn.channels = static_cast<int>(together);
    turn.vectors = padded;
    turn.at = places_.data();
    kernels_.turn(turn);

    T* const taps = padded + blocking_.padded_places * lanes;
    T* const sums = taps + geometry_.taps * lanes;
    T* const bias = sums + geometry_.out_plane * lanes;
    ChannelCall<T> sum;
    sum.step = geometry_.axes[2].stride * lanes;
    sum.offsets = offsets_.data();
    sum.taps = taps;
    sum.count = geometry_.taps;
    sum.out = geometry_.out[2];
    sum.bias = bias;
    for (std::int64_t i = 0; i < geometry_.multiplier; ++i) {
      load_filter(first * geometry_.multiplier + i, together, taps, bias);
      sum.sums = sums;
      for (const std::int64_t row : rows_) {
        sum.vectors = padded + row;
        kernels_.sum(sum);
        sum.sums += sum.out * lanes;
      }
      turn.planes = static_cast<T*>(buffers_.destination) +
                    (channel * geometry_.multiplier + i) * geometry_.out_plane;
      turn.plane_step = geometry_.multiplier * geometry_.out_plane;
      turn.places = geometry_.out_plane;
      turn.vectors = sums;
      turn.at = nullptr;
      turn.accumulate = problem()->accumulate;
      turn.relu = problem()->relu;
      kernels_.turn_back(turn);
    }
  }

  /// Taps and bias of every multiplier-th filter from `first` on, to vectors.
  void load_filter(std::int64_t first, std::int64_t count, T* taps, T* bias) const {
    const std::int64_t lanes = blocking_.lanes;
    const auto* const biases = static_cast<const T*>(buffers_.bias);
    for (std::int64_t c = 0; c < lanes; ++c) {
      const std::int64_t filter = first + std::min(c, count - 1) * geometry_.multiplier;
      const T* const from = static_cast<const T*>(buffers_.filter) + filter * geometry_.taps;
      for (std::int64_t t = 0; t < geometry_.taps; ++t) taps[t * lanes + c] = from[tap_of(t)];
      bias[c] = problem()->bias ? biases[filter] : T{0};
    }
  }

  ChannelKernels<T> kernels_;
  /// Where in the padded planes inputs, taps and the first inputs of rows of outputs are.
  std::vector<std::int64_t> places_, offsets_, rows_;
  Buffers buffers_;
};

}  // namespace

std::unique_ptr<Plan> channels_plan(const ConvProblem& problem, const Configuration& configuration,
                                    const Device& device) {
  if (problem->source_type == DataType::f64)
    return std::make_unique<ChannelsPlan<double>>(problem, configuration, device);
  return std::make_unique<ChannelsPlan<float>>(problem, configuration, device);
}

}  // namespace convtune::depthwise
