#include <algorithm>
#include <cstring>
#include <vector>

#include <omp.h>

#include "line_kernel.hpp"
#include "plan.hpp"

namespace convtune::depthwise {
namespace {

/// A thread copies a channel into rows with zeros around, each split by the phases of the stride,
/// so that every tap of a row of outputs reads vectors in a row.
template <class T>
class PaddedPlan final : public DepthwisePlan {
 public:
  PaddedPlan(const ConvProblem& problem, const Configuration& configuration, const Device& device)
      : DepthwisePlan(problem, configuration, device),
        kernels_(line_kernels<T>(device.isa)),
        row_elements_(blocking_.phases * blocking_.phase_elements),
        most_rows_(static_cast<std::size_t>(geometry_.axes[0].filter * geometry_.axes[1].filter)),
        rows_(most_rows_ * static_cast<std::size_t>(threads_)),
        row_taps_(rows_.size()),
        turned_(static_cast<std::size_t>(geometry_.taps * threads_)) {
    const Axis& wide = geometry_.axes[2];
    for (std::int64_t t = 0; t < wide.filter; ++t) {
      const std::int64_t at = t * wide.dilation;
      offsets_.push_back(at % wide.stride * blocking_.phase_elements + at / wide.stride);
    }
  }

  void run(const Buffers& buffers) override {
    buffers_ = buffers;
    const Axis& wide = geometry_.axes[2];
    const std::int64_t in_rows = geometry_.axes[0].in * geometry_.axes[1].in;
#pragma omp parallel num_threads(threads_)
    {
      T* const copy =
          static_cast<T*>(buffers_.workspace) + omp_get_thread_num() * blocking_.thread_elements;
      std::memset(copy, 0, static_cast<std::size_t>(in_rows * row_elements_) * sizeof(T));
#pragma omp for schedule(static)
      for (std::int64_t channel = 0; channel < geometry_.channels; ++channel) {
        const T* const from = static_cast<const T*>(buffers_.source) + channel * geometry_.in_plane;
        for (std::int64_t row = 0; row < in_rows; ++row)
          kernels_.split({.row = from + row * wide.in,
                          .in = wide.in,
                          .to = copy + row * row_elements_,
                          .pad = wide.pad_left,
                          .stride = wide.stride,
                          .phase_step = blocking_.phase_elements});
        for (std::int64_t i = 0; i < geometry_.multiplier; ++i)
          sum(copy, channel * geometry_.multiplier + i);
      }
    }
  }

 private:
  void sum(const T* copy, std::int64_t output) {
    const auto& [deep, high, wide] = geometry_.axes;
    const auto thread = static_cast<std::size_t>(omp_get_thread_num());
    const T** const rows = rows_.data() + thread * most_rows_;
    const T** const row_taps = row_taps_.data() + thread * most_rows_;
    const std::int64_t filter = output % problem()->out_channels;
    const T* taps = static_cast<const T*>(buffers_.filter) + filter * geometry_.taps;
    if (problem()->flip) {
      T* const turned = turned_.data() + static_cast<std::int64_t>(thread) * geometry_.taps;
      std::reverse_copy(taps, taps + geometry_.taps, turned);
      taps = turned;
    }
    LineCall<T> call;
    call.rows = rows;
    call.taps = row_taps;
    call.offsets = offsets_.data();
    call.width = wide.filter;
    call.out = geometry_.out[2];
    if (problem()->bias) call.bias = static_cast<const T*>(buffers_.bias)[filter];
    call.accumulate = problem()->accumulate;
    call.relu = problem()->relu;
    call.written = static_cast<T*>(buffers_.destination) + output * geometry_.out_plane;
    for (std::int64_t z = 0; z < geometry_.out[0]; ++z)
      for (std::int64_t y = 0; y < geometry_.out[1]; ++y, call.written += geometry_.out[2]) {
        call.count = 0;
        for (std::int64_t r = 0; r < deep.filter; ++r) {
          const std::int64_t depth = z * deep.stride - deep.pad_left + r * deep.dilation;
          if (depth < 0 || depth >= deep.in) continue;
          for (std::int64_t s = 0; s < high.filter; ++s) {
            const std::int64_t height = y * high.stride - high.pad_left + s * high.dilation;
            if (height < 0 || height >= high.in) continue;
            rows[call.count] = copy + (depth * high.in + height) * row_elements_;
            row_taps[call.count++] = taps + (r * high.filter + s) * wide.filter;
          }
        }
        kernels_.line(call);
      }
  }

  LineKernels<T> kernels_;
  std::int64_t row_elements_;
  std::size_t most_rows_;  ///< of a filter
  // Of each thread.
  std::vector<const T*> rows_, row_taps_;
  std::vector<T> turned_;
  std::vector<std::int64_t> offsets_;
  Buffers buffers_;
};

}  // namespace

std::unique_ptr<Plan> padded_plan(const ConvProblem& problem, const Configuration& configuration,
                                  const Device& device) {
  if (problem->source_type == DataType::f64)
    return std::make_unique<PaddedPlan<double>>(problem, configuration, device);
  return std::make_unique<PaddedPlan<float>>(problem, configuration, device);
}

}  // namespace convtune::depthwise
