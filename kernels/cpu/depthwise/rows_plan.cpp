#include <algorithm>
#include <cstring>

#include <omp.h>

#include "plan.hpp"

namespace convtune::depthwise {
namespace {

constexpr int most_rows = 32;  // that a kernel reads
constexpr int most_taps = 64;

template <class T>
class RowsPlan final : public DepthwisePlan {
 public:
  RowsPlan(const ConvProblem& problem, const Configuration& configuration, const Device& device,
           RunRows<T> kernel)
      : DepthwisePlan(problem, configuration, device),
        kernel_(kernel),
        tiles_((geometry_.out[1] + configuration.rows - 1) / configuration.rows),
        read_rows_(blocking_.shape.read_rows()),
        last_read_(row_end(geometry_.axes[2].pad_left, geometry_.out[2], blocking_.shape,
                           blocking_.lanes)) {}

  void run(const Buffers& buffers) override {
    buffers_ = buffers;
    const std::int64_t planes = geometry_.channels * geometry_.multiplier * geometry_.out[0];
#pragma omp parallel num_threads(threads_)
    {
      T* const own =
          static_cast<T*>(buffers_.workspace) + omp_get_thread_num() * blocking_.thread_elements;
      std::memset(zeros(own), 0, static_cast<std::size_t>(blocking_.row_elements) * sizeof(T));
      // Whole planes, unless that left threads idle.
      if (planes >= 4 * threads_) {
#pragma omp for schedule(static)
        for (std::int64_t plane = 0; plane < planes; ++plane) run_tiles(plane, 0, tiles_, own);
      } else {
#pragma omp for schedule(static)
        for (std::int64_t task = 0; task < planes * tiles_; ++task)
          run_tiles(task / tiles_, task % tiles_, task % tiles_ + 1, own);
      }
    }
  }

 private:
  // A thread's workspace: copies of rows, a row that nobody reads, and one of zeros.
  T* nowhere(T* own) const { return own + read_rows_ * blocking_.row_elements; }
  T* zeros(T* own) const { return nowhere(own) + blocking_.row_elements; }

  /// Tiles of rows of one plane of outputs: of one filter, at one depth.
  void run_tiles(std::int64_t plane, std::int64_t first_tile, std::int64_t end_tile, T* own) const {
    const auto& [deep, high, wide] = geometry_.axes;
    const auto [out_deep, out_high, out_wide] = geometry_.out;
    const std::int64_t z = plane % out_deep, output = plane / out_deep;
    const std::int64_t filter = output % problem()->out_channels;
    const std::int64_t channel = output / geometry_.multiplier;
    const std::int64_t depth = z * deep.stride - deep.pad_left;
    const bool within = depth >= 0 && depth < deep.in;
    const std::int64_t from =
        channel * geometry_.in_plane + (within ? depth * high.in * wide.in : 0);
    // No vector of this plane leaves the tensor.
    const bool inside = readable(from) && readable(from + (high.in - 1) * wide.in);
    const T* const source = static_cast<const T*>(buffers_.source);
    T* const to = static_cast<T*>(buffers_.destination) + output * geometry_.out_plane +
                  z * out_high * out_wide;

    const T* read[most_rows];
    T* written[most_rows];
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
    call.out = out_wide;
    call.pad = wide.pad_left;
    if (problem()->bias) call.bias = static_cast<const T*>(buffers_.bias)[filter];
    call.accumulate = problem()->accumulate;
    call.relu = problem()->relu;

    for (std::int64_t tile = first_tile; tile < end_tile; ++tile) {
      const std::int64_t first = tile * blocking_.shape.rows;
      const std::int64_t y = first * high.stride - high.pad_left;
      const auto clamp = [&](std::int64_t row) {
        return static_cast<int>(std::clamp<std::int64_t>(row, 0, read_rows_));
      };
      const int begin = clamp(within ? -y : read_rows_), behind = clamp(high.in - y);
      const T* row = source + from + (y + begin) * wide.in;
      for (int i = 0; i < begin; ++i) read[i] = zeros(own) + wide.pad_left;
      for (int i = begin; i < behind; ++i, row += wide.in)
        read[i] = inside ? row : within_tensor(row, own + i * blocking_.row_elements);
      for (int i = std::max(begin, behind); i < read_rows_; ++i)
        read[i] = zeros(own) + wide.pad_left;
      const std::int64_t rows = std::min<std::int64_t>(blocking_.shape.rows, out_high - first);
      for (int i = 0; i < blocking_.shape.rows; ++i)
        written[i] = i < rows ? to + (first + i) * out_wide : nowhere(own);
      // What is written past the end of a row is written over by the next ones.
      call.spilling = 0;
      if (!call.accumulate && out_wide < blocking_.lanes)
        while (call.spilling * out_wide + blocking_.lanes <= rows * out_wide) ++call.spilling;
      kernel_(call);
    }
  }

  bool readable(std::int64_t row) const {
    return row + row_first(geometry_.axes[2].pad_left) >= 0 &&
           row + last_read_ <= geometry_.channels * geometry_.in_plane;
  }

  /// The row, or a copy of it if its first or last vector would leave the tensor.
  const T* within_tensor(const T* row, T* copy) const {
    if (readable(row - static_cast<const T*>(buffers_.source))) return row;
    const Axis& wide = geometry_.axes[2];
    std::memcpy(copy + wide.pad_left, row, static_cast<std::size_t>(wide.in) * sizeof(T));
    return copy + wide.pad_left;
  }

  RunRows<T> kernel_;
  std::int64_t tiles_;  ///< of a plane
  int read_rows_;
  std::int64_t last_read_;
  Buffers buffers_;
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
