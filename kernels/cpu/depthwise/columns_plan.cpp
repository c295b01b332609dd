#include <algorithm>
#include <cstring>

#include <omp.h>

#include "plan.hpp"

namespace convtune::depthwise {
namespace {

constexpr int most_taps = 49;
constexpr int most_vectors = 4;  // of a kernel

template <class T>
class ColumnsPlan final : public DepthwisePlan {
 public:
  ColumnsPlan(const ConvProblem& problem, const Configuration& configuration, const Device& device)
      : DepthwisePlan(problem, configuration, device),
        columns_((blocking_.vectors + configuration.vectors - 1) / configuration.vectors) {
    ColumnShape shape = blocking_.shape;
    for (shape.vectors = 1; shape.vectors <= configuration.vectors; ++shape.vectors)
      kernels_[shape.vectors] = column_kernel<T>(device.isa, shape);
  }

  void run(const Buffers& buffers) override {
    buffers_ = buffers;
    const std::int64_t planes = geometry_.channels * geometry_.multiplier * geometry_.out[0];
    const std::int64_t rows = geometry_.out[1];
#pragma omp parallel num_threads(threads_)
    {
      const std::int64_t threads = omp_get_num_threads(), thread = omp_get_thread_num();
      // Whole planes, unless that left threads idle.
      if (planes >= 4 * threads || threads == 1)
        run_planes(planes * thread / threads, planes * (thread + 1) / threads);
      else
        for (std::int64_t plane = 0; plane < planes; ++plane)
          if (const Rows own{rows * thread / threads, rows * (thread + 1) / threads};
              own.begin < own.end)
            run_rows(plane, 1, own);
    }
  }

 private:
  /// Rows of outputs, and those of the inputs that they need and that are there.
  struct Rows {
    std::int64_t begin, end;
  };
  Rows inputs_of(const Rows& rows) const {
    const Axis& high = geometry_.axes[1];
    const std::int64_t first = rows.begin * high.stride - high.pad_left;
    const std::int64_t end = (rows.end - 1) * high.stride - high.pad_left + high.filter;
    return {std::clamp<std::int64_t>(first, 0, high.in), std::clamp<std::int64_t>(end, 0, high.in)};
  }

  /// As many planes at a time as have filters one behind the other and need no care.
  void run_planes(std::int64_t first, std::int64_t end) const {
    const std::int64_t filters = problem()->out_channels;
    const bool together = columns_ == 1 && geometry_.multiplier == 1 && geometry_.out[0] == 1 &&
                          geometry_.axes[0].in == 1 && !problem()->flip;
    const std::int64_t inside = together ? planes_inside() : 0;
    const Rows all{0, geometry_.out[1]};
    for (std::int64_t plane = first; plane < end;) {
      std::int64_t count = 1;
      if (plane < inside && readable(from(plane), all))
        count = std::min({end, inside, (plane / filters + 1) * filters}) - plane;
      run_rows(plane, count, all);
      plane += count;
    }
  }

  /// Where the inputs of a plane of outputs begin: of a channel, at a depth that is there.
  std::int64_t from(std::int64_t plane) const {
    const auto& [deep, high, wide] = geometry_.axes;
    const std::int64_t channel = plane / geometry_.out[0] / geometry_.multiplier;
    return channel * geometry_.in_plane + (within(plane) ? depth(plane) * high.in * wide.in : 0);
  }
  std::int64_t depth(std::int64_t plane) const {
    const Axis& deep = geometry_.axes[0];
    return plane % geometry_.out[0] * deep.stride - deep.pad_left;
  }
  bool within(std::int64_t plane) const {
    return depth(plane) >= 0 && depth(plane) < geometry_.axes[0].in;
  }

  /// No vector of the inputs of such rows leaves the tensor.
  bool readable(std::int64_t from, const Rows& rows) const {
    const auto [begin, end] = inputs_of(rows);
    const std::int64_t wide = geometry_.axes[2].in;
    return from + begin * wide - blocking_.lead >= 0 &&
           from + end * wide + blocking_.lanes <= geometry_.channels * geometry_.in_plane;
  }

  void run_rows(std::int64_t plane, std::int64_t count, const Rows& rows) const {
    const auto& [deep, high, wide] = geometry_.axes;
    const std::int64_t filter = plane / geometry_.out[0] % problem()->out_channels;
    T turned[most_taps];
    ColumnCall<T> call;
    call.planes = count;
    call.in_plane = high.in * wide.in;
    call.out_plane = geometry_.out[1] * geometry_.out[2];
    call.in = wide.in;
    call.out = geometry_.out[2];
    call.step = high.stride;
    call.pad = wide.pad_left;
    set_filter(call, buffers_, filter, turned);
    if (readable(from(plane), rows)) return run_columns(call, plane, rows);
    for (std::int64_t row = rows.begin; row < rows.end; row += copied_rows)
      run_columns(call, plane, {row, std::min(row + copied_rows, rows.end)});
  }

  /// From the last one to the first, because each writes past its end.
  void run_columns(ColumnCall<T> call, std::int64_t plane, const Rows& rows) const {
    const Axis& high = geometry_.axes[1];
    const auto [begin, end] = inputs_of(rows);
    const std::int64_t inputs = from(plane);
    call.read = static_cast<const T*>(buffers_.source) + inputs + begin * call.in;
    call.written =
        static_cast<T*>(buffers_.destination) + plane * call.out_plane + rows.begin * call.out;
    call.first = rows.begin * high.stride - high.pad_left - begin;
    call.high = within(plane) ? end - begin : 0;
    call.rows = rows.end - rows.begin;
    if (!readable(inputs, rows)) {
      T* const copy = static_cast<T*>(buffers_.workspace) +
                      omp_get_thread_num() * blocking_.thread_elements + blocking_.lead;
      std::memcpy(copy, call.read, static_cast<std::size_t>((end - begin) * call.in) * sizeof(T));
      call.read = copy;
    }
    for (std::int64_t column = columns_ - 1; column >= 0; --column) {
      const std::int64_t first = blocking_.vectors * column / columns_;
      const std::int64_t behind = blocking_.vectors * (column + 1) / columns_;
      call.at = first * blocking_.lanes;
      kernels_[behind - first](call);
    }
  }

  std::int64_t columns_;  ///< of a plane
  RunColumn<T> kernels_[most_vectors + 1] = {};
  Buffers buffers_;
};

}  // namespace

bool has_columns(const ConvProblem& problem, const Configuration& configuration,
                 const Device& device) {
  const Geometry geometry(problem);
  const auto& [deep, high, wide] = geometry.axes;
  const bool even = high.filter == 1 || high.stride == wide.stride;
  if (deep.filter > 1 || high.dilation > 1 || wide.dilation > 1 || !even) return false;
  const Blocking blocking(problem, configuration, device);
  // Vectors that the kernel does not mask are those of a padding that is not more than usual.
  const std::int64_t centre = blocking.shape.centre();
  if (wide.pad_left > centre || (wide.out() - 1) * wide.stride - wide.pad_left + centre > wide.in)
    return false;
  return configuration.vectors > 0 && configuration.vectors <= most_vectors &&
         column_kernel<float>(device.isa, blocking.shape) != nullptr;
}

std::unique_ptr<Plan> columns_plan(const ConvProblem& problem, const Configuration& configuration,
                                   const Device& device) {
  if (problem->source_type == DataType::f64)
    return std::make_unique<ColumnsPlan<double>>(problem, configuration, device);
  return std::make_unique<ColumnsPlan<float>>(problem, configuration, device);
}

}  // namespace convtune::depthwise
