#include "plan.hpp"

#include <algorithm>
#include <cstddef>

#include <omp.h>

#include "../shared/pieces.hpp"
#include "blocking.hpp"
#include "geometry.hpp"
#include "kernels.hpp"
#include "planes.hpp"

namespace convtune::direct {
namespace {

using cpu::pieces;

/// Cuts an index into digits, the last one first.
class Digits {
 public:
  explicit Digits(std::int64_t index) : rest_(index) {}
  std::int64_t take(std::int64_t base) {
    const std::int64_t digit = rest_ % base;
    rest_ /= base;
    return digit;
  }

 private:
  std::int64_t rest_;
};

template <class T>
class DirectPlan final : public Plan {
 public:
  DirectPlan(const ConvProblem& problem, const Unrolling& unrolling, const Device& device)
      : Plan(problem),
        unrolling_(unrolling),
        threads_(device.threads),
        geometry_(problem),
        blocking_(problem, geometry_, unrolling, device),
        kernels_(kernels<T>(unrolling, device.isa)),
        read_(strides(problem, to_source() ? Role::destination : Role::source)),
        written_(strides(problem, to_source() ? Role::source : Role::destination)),
        filter_(strides(problem, Role::filter)),
        filter_output_(to_source() ? filter_.channel : filter_.image),
        filter_input_(to_source() ? filter_.image : filter_.channel) {
    for (std::int64_t input = 0; weights() && input < geometry_.inputs; ++input)
      for (const Tap& tap : geometry_.passes.front().taps) {
        columns_.push_back(input * geometry_.channel() + tap.offset);
        column_filters_.push_back(input * filter_.channel + tap.filter * filter_.axis[2]);
      }
  }

  std::string configuration() const override { return text(unrolling_); }
  std::size_t workspace_bytes() const override { return blocking_.workspace_bytes; }

  void run(const Buffers& buffers) override {
    buffers_ = buffers;
    if (weights() && geometry_.images == 0) return write_no_gradient();
    for (std::int64_t image = 0; image < geometry_.images; image += unrolling_.images) {
      pack_images(image);
      weights() ? sum_gradients(image) : convolve(image);
    }
  }

 private:
  bool to_source() const { return problem()->direction == Direction::backward_data; }
  bool weights() const { return problem()->direction == Direction::backward_weights; }

  std::byte* workspace() const { return static_cast<std::byte*>(buffers_.workspace); }
  T* planes() const { return reinterpret_cast<T*>(workspace()); }
  T* tops() const { return reinterpret_cast<T*>(workspace() + blocking_.planes_bytes); }
  T* sums() const {
    return reinterpret_cast<T*>(workspace() + blocking_.planes_bytes + blocking_.tops_bytes +
                                static_cast<std::size_t>(omp_get_thread_num()) *
                                    blocking_.sums_bytes);
  }
  T* filter() const { return static_cast<T*>(buffers_.filter); }
  std::int64_t blocks() const { return geometry_.outputs / unrolling_.outputs; }
  std::int64_t all_inputs() const { return geometry_.groups * geometry_.inputs; }
  std::int64_t all_outputs() const { return geometry_.groups * geometry_.outputs; }

  void pack_images(std::int64_t first) const {
    const auto* const read =
        static_cast<const T*>(to_source() ? buffers_.destination : buffers_.source);
    const std::int64_t channels = all_inputs() * unrolling_.images;
#pragma omp parallel for schedule(static) num_threads(threads_)
    for (std::int64_t index = 0; index < channels; ++index) {
      const std::int64_t image = first + index / all_inputs(), channel = index % all_inputs();
      T* plane = planes() + index * geometry_.channel();
      for (const Window& window : geometry_.windows) {
        pack(geometry_, window, geometry_.read,
             read + image * read_.image + channel * read_.channel, read_.axis, plane);
        plane += geometry_.plane;
      }
    }
    std::fill_n(planes() + channels * geometry_.channel(), overrun, T{0});
    if (weights()) pack_tops(first);
  }

  void pack_tops(std::int64_t first) const {
    const auto* const destination = static_cast<const T*>(buffers_.destination);
    const std::int64_t channels = all_outputs() * unrolling_.images;
#pragma omp parallel for schedule(static) num_threads(threads_)
    for (std::int64_t index = 0; index < channels; ++index) {
      const std::int64_t image = first + index / all_outputs(), channel = index % all_outputs();
      pack(geometry_, Window{}, geometry_.written,
           destination + image * written_.image + channel * written_.channel, written_.axis,
           tops() + index * geometry_.plane);
    }
  }

  void convolve(std::int64_t image) const {
    const std::int64_t parts = pieces(geometry_.positions, blocking_.positions);
    const auto passes = static_cast<std::int64_t>(geometry_.passes.size());
    const std::int64_t tasks = geometry_.groups * passes * parts * blocks();
#pragma omp parallel for schedule(static) num_threads(threads_)
    for (std::int64_t task = 0; task < tasks; ++task) {
      Digits digits(task);
      const std::int64_t block = digits.take(blocks()), part = digits.take(parts);
      const Pass& pass = geometry_.passes[static_cast<std::size_t>(digits.take(passes))];
      convolve_block(image, digits.take(geometry_.groups), block * unrolling_.outputs, pass,
                     part * blocking_.positions);
    }
  }

  void convolve_block(std::int64_t image, std::int64_t group, std::int64_t output, const Pass& pass,
                      std::int64_t first) const {
    const std::int64_t count = std::min(blocking_.positions, geometry_.positions - first);
    ConvolveCall<T> call{
        .planes = planes() + group * geometry_.inputs * geometry_.channel() + first,
        .image = all_inputs() * geometry_.channel(),
        .channel = geometry_.channel(),
        .filter = filter() + filter_of(group, output),
        .filter_output = filter_output_,
        .filter_input = filter_input_,
        .filter_tap = filter_.axis[2],
        .taps = pass.taps.data(),
        .tap_count = static_cast<std::int64_t>(pass.taps.size()),
        .inputs = geometry_.inputs,
        .sums = sums(),
        .row = blocking_.positions,
        .count = pieces(count, kernels_.lanes) * kernels_.lanes};
    kernels_.convolve(call);
    auto* const out = static_cast<T*>(to_source() ? buffers_.source : buffers_.destination);
    for (int i = 0; i < unrolling_.images; ++i)
      for (int o = 0; o < unrolling_.outputs; ++o) {
        const std::int64_t channel = group * geometry_.outputs + output + o;
        store(geometry_, pass.window, call.sums + (i * unrolling_.outputs + o) * call.row, first,
              count, finish(channel),
              out + (image + i) * written_.image + channel * written_.channel, written_.axis);
      }
  }

  /// Elements from the first filter to what connects `output` with the first input of its group.
  std::int64_t filter_of(std::int64_t group, std::int64_t output) const {
    const std::int64_t first = group * (to_source() ? geometry_.inputs : geometry_.outputs);
    return first * filter_.image + output * filter_output_;
  }

  Finish<T> finish(std::int64_t channel) const {
    return {.accumulate = problem()->accumulate,
            .relu = problem()->relu,
            .bias = problem()->bias ? static_cast<const T*>(buffers_.bias)[channel] : T{0}};
  }

  void sum_gradients(std::int64_t image) const {
    const auto columns = static_cast<std::int64_t>(columns_.size());
    const std::int64_t parts = pieces(columns, blocking_.columns);
    const std::int64_t tasks = geometry_.groups * blocks() * parts;
#pragma omp parallel for schedule(static) num_threads(threads_)
    for (std::int64_t task = 0; task < tasks; ++task) {
      Digits digits(task);
      const std::int64_t first = digits.take(parts) * blocking_.columns;
      const std::int64_t output = digits.take(blocks()) * unrolling_.outputs;
      const std::int64_t group = digits.take(geometry_.groups);
      const WeightsCall<T> call{
          .planes = planes() + group * geometry_.inputs * geometry_.channel(),
          .tops = tops() + (group * geometry_.outputs + output) * geometry_.plane,
          .image = all_inputs() * geometry_.channel(),
          .top_image = all_outputs() * geometry_.plane,
          .top = geometry_.plane,
          .images = unrolling_.images,
          .positions = geometry_.positions,
          .offsets = columns_.data() + first,
          .count = std::min(blocking_.columns, columns - first),
          .sums = sums(),
          .row = blocking_.columns};
      kernels_.weights(call);
      T* const gradient = filter() + filter_of(group, output);
      const Finish<T> add{.accumulate = problem()->accumulate || image > 0};
      for (int o = 0; o < unrolling_.outputs; ++o)
        for (std::int64_t c = 0; c < call.count; ++c) {
          T& one =
              gradient[o * filter_.image + column_filters_[static_cast<std::size_t>(first + c)]];
          one = add(call.sums[o * call.row + c], one);
        }
    }
  }

  void write_no_gradient() const {
    if (!problem()->accumulate) std::fill_n(filter(), elements(problem(), Role::filter), T{0});
  }

  Unrolling unrolling_;
  int threads_;
  Geometry geometry_;
  Blocking blocking_;
  Kernels<T> kernels_;
  Strides read_, written_, filter_;
  std::int64_t filter_output_, filter_input_;  ///< elements to the next channel written, read
  std::vector<std::int64_t> columns_, column_filters_;
  Buffers buffers_;
};

}  // namespace

std::unique_ptr<Plan> direct_plan(const ConvProblem& problem, const Unrolling& unrolling,
                                  const Device& device) {
  if (problem->source_type == DataType::f64)
    return std::make_unique<DirectPlan<double>>(problem, unrolling, device);
  return std::make_unique<DirectPlan<float>>(problem, unrolling, device);
}

}  // namespace convtune::direct
