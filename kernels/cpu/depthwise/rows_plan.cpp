#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include <omp.h>

#include "plan.hpp"

namespace convtune::depthwise {
namespace {

constexpr int most_rows = 32;   // that a kernel reads
constexpr int most_taps = 64;

template <class T>
class RowsPlan final : public DepthwisePlan {
 public:
  RowsPlan(const ConvProblem& problem, const Configuration& configuration, const Device& device,
           RunRows<T> kernel)
      : DepthwisePlan(problem, configuration, device), kernel_(kernel) {}

  void run(const Buffers& buffers) override {
    buffers_ = buffers;
    const std::int64_t rows = blocking_.shape.rows;
    tiles_ = (geometry_.axes[1].out() + rows - 1) / rows;
    const std::int64_t planes =
        geometry_.channels * geometry_.multiplier * geometry_.axes[0].out();
#pragma omp parallel num_threads(threads_)
    {
      T* const zeros = own() + (blocking_.shape.read_rows() + 1) * blocking_.row_elements;
      std::memset(zeros, 0, static_cast<std::size_t>(blocking_.row_elements) * sizeof(T));
      // Whole planes where that leaves no thread idle: their taps are at hand.
      if (planes >= 4 * threads_) {
#pragma omp for schedule(static)
        for (std::int64_t plane = 0; plane < planes; ++plane)
          for (std::int64_t tile = 0; tile < tiles_; ++tile) run_tile(plane, tile, zeros);
      } else {
#pragma omp for schedule(static)
        for (std::int64_t task = 0; task < planes * tiles_; ++task)
          run_tile(task / tiles_, task % tiles_, zeros);
      }
    }
  }

 private:
  T* own() const {
    return static_cast<T*>(buffers_.workspace) + omp_get_thread_num() * blocking_.thread_elements;
  }

  void run_tile(std::int64_t plane, std::int64_t tile, const T* zeros) const {
    const auto& [deep, high, wide] = geometry_.axes;
    const RowShape& shape = blocking_.shape;
    const std::int64_t z = plane % deep.out(), output = plane / deep.out();
    const std::int64_t filter = output % problem()->out_channels;
    const std::int64_t channel = output / geometry_.multiplier;
    const std::int64_t first = tile * shape.rows;

    const T* read[most_rows];
    const T* const source = static_cast<const T*>(buffers_.source);
    const std::int64_t depth = z * deep.stride - deep.pad_left;
    const bool deep_in = depth >= 0 && depth < deep.in;
    const T* const from = source + channel * geometry_.in_plane + (deep_in ? depth : 0) * high.in * wide.in;
    for (int row = 0; row < shape.read_rows(); ++row) {
      const std::int64_t y = first * high.stride - high.pad_left + row;
      const bool in = deep_in && y >= 0 && y < high.in;
      read[row] = in ? within_tensor(from + y * wide.in, row) : zeros + wide.pad_left;
    }

    T* written[most_rows];
    T* const to = static_cast<T*>(buffers_.destination) + output * geometry_.out_plane +
                  z * high.out() * wide.out();
    T* const nowhere = own();
    const std::int64_t rows = std::min<std::int64_t>(shape.rows, high.out() - first);
    for (int row = 0; row < shape.rows; ++row)
      written[row] = row < rows ? to + (first + row) * wide.out()
                                : nowhere + shape.read_rows() * blocking_.row_elements;

    T turned[most_taps];
    RowCall<T> call;
    call.taps = static_cast<const T*>(buffers_.filter) + filter * geometry_.taps;
    if (problem()->flip) {
      std::reverse_copy(call.taps, call.taps + geometry_.taps, turned);
      call.taps = turned;
    }
    call.read = read;
    call.written = written;
    call.in = wide.in;
    call.out = wide.out();
    call.pad = wide.pad_left;
    if (problem()->bias) call.bias = static_cast<const T*>(buffers_.bias)[filter];
    call.accumulate = problem()->accumulate;
    call.relu = problem()->relu;
    // What is written past the end of a row is written over by the next ones.
    if (!call.accumulate && wide.out() < blocking_.lanes) {
      const std::int64_t past = rows * wide.out() - blocking_.lanes;
      call.spilling = past < 0 ? 0 : static_cast<int>(past / wide.out() + 1);
    }
    kernel_(call);
  }

  /// The row, or a copy of it where its first or last vector would leave the tensor.
  const T* within_tensor(const T* row, int number) const {
    const Axis& wide = geometry_.axes[2];
    const auto* const source = static_cast<const T*>(buffers_.source);
    const std::int64_t at = row - source;
    const std::int64_t end =
        row_end(wide.pad_left, wide.out(), blocking_.shape, blocking_.lanes);
    if (at + row_first(wide.pad_left) >= 0 && at + end <= geometry_.channels * geometry_.in_plane)
      return row;
    T* const copy = own() + number * blocking_.row_elements + wide.pad_left;
    std::memcpy(copy, row, static_cast<std::size_t>(wide.in) * sizeof(T));
    return copy;
  }

  RunRows<T> kernel_;
  Buffers buffers_;
  std::int64_t tiles_ = 0;
};

template <class T>
RunRows<T> kernel_for(const ConvProblem& problem, const Configuration& configuration,
                      const Device& device) {
  const Geometry geometry(problem);
  const auto& [deep, high, wide] = geometry.axes;
  constexpr std::int64_t most = 16;
  const bool even = high.filter == 1 || high.stride == wide.stride;
  if (deep.filter > 1 || high.dilation > 1 || wide.dilation > 1 || !even) return nullptr;
  if (std::max({high.filter, wide.filter, wide.stride}) > most) return nullptr;
  return row_kernel<T>(device.isa, Blocking(problem, configuration, device).shape);
}

}  // namespace

bool has_rows(const ConvProblem& problem, const Configuration& configuration,
              const Device& device) {
  return kernel_for<float>(problem, configuration, device) != nullptr;
}

std::unique_ptr<Plan> rows_plan(const ConvProblem& problem, const Configuration& configuration,
                                const Device& device) {
  if (problem->source_type == DataType::f64)
    return std::make_unique<RowsPlan<double>>(problem, configuration, device,
                                              kernel_for<double>(problem, configuration, device));
  return std::make_unique<RowsPlan<float>>(problem, configuration, device,
                                           kernel_for<float>(problem, configuration, device));
}

}  // namespace convtune::depthwise
