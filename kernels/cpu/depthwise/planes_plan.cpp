#include "plan.hpp"

#include <algorithm>
#include <cstring>

#include <omp.h>

#include "plane_kernel.hpp"

namespace convtune::depthwise {
namespace {

constexpr int most_taps = 25;

template <class T>
class PlanesPlan final : public DepthwisePlan {
 public:
  PlanesPlan(const ConvProblem& problem, const Configuration& configuration, const Device& device,
             RunPlane<T> kernel)
      : DepthwisePlan(problem, configuration, device), kernel_(kernel) {}

  void run(const Buffers& buffers) override {
    buffers_ = buffers;
    const std::int64_t planes = geometry_.channels * geometry_.multiplier * geometry_.out[0];
#pragma omp parallel num_threads(threads_)
    {
      const std::int64_t threads = omp_get_num_threads(), thread = omp_get_thread_num();
      run_planes(planes * thread / threads, planes * (thread + 1) / threads);
    }
  }

 private:
  void run_planes(std::int64_t first, std::int64_t end) const {
    const std::int64_t filters = problem()->out_channels;
    const bool each_its_own =
        geometry_.multiplier == 1 && geometry_.out[0] == 1 && !problem()->flip;
    const std::int64_t inside = each_its_own ? planes_inside() : 0;
    for (std::int64_t plane = first; plane < end;) {
      std::int64_t count = 1;
      if (plane < inside) count = std::min({end, inside, (plane / filters + 1) * filters}) - plane;
      run_some(plane, count);
      plane += count;
    }
  }

  void run_some(std::int64_t plane, std::int64_t count) const {
    const Axis& high = geometry_.axes[1];
    const Axis& wide = geometry_.axes[2];
    const std::int64_t output = plane / geometry_.out[0], elements = high.in * wide.in;
    const auto [out_deep, out_high, out_wide] = geometry_.out;
    const std::int64_t filter = output % problem()->out_channels;
    const std::int64_t from =
        (output / geometry_.multiplier * geometry_.out[0] + plane % geometry_.out[0]) * elements;
    T turned[most_taps];
    PlaneCall<T> call;
    call.planes = count;
    call.read = static_cast<const T*>(buffers_.source) + from;
    call.written = static_cast<T*>(buffers_.destination) + plane * out_high * out_wide;
    call.high = high.in;
    call.wide = wide.in;
    call.out_high = out_high;
    call.out_wide = out_wide;
    set_filter(call, buffers_, filter, turned);
    if (from + count * elements + blocking_.lanes > geometry_.channels * geometry_.in_plane) {
      T* const copy =
          static_cast<T*>(buffers_.workspace) + omp_get_thread_num() * blocking_.thread_elements;
      std::memcpy(copy, call.read, static_cast<std::size_t>(elements) * sizeof(T));
      call.read = copy;
    }
    kernel_(call);
  }

  RunPlane<T> kernel_;
  Buffers buffers_;
};

template <class T>
RunPlane<T> kernel_for(const ConvProblem& problem, const Device& device) {
  const Geometry geometry(problem);
  const Axis& deep = geometry.axes[0];
  const Axis& high = geometry.axes[1];
  const Axis& wide = geometry.axes[2];
  const auto few = [](std::int64_t number) {
    return static_cast<int>(std::min<std::int64_t>(number, 99));
  };
  const PlaneShape shape{.taps = few(wide.filter), .stride = few(wide.stride)};
  const auto usual = [&](const Axis& axis) {
    return axis.filter == wide.filter && axis.stride == wide.stride && axis.dilation == 1 &&
           axis.pad_left == shape.pad();
  };
  const bool alone =
      deep.filter == 1 && deep.stride == 1 && deep.pad_left == 0 && deep.out() == deep.in;
  if (!alone || wide.filter % 2 == 0 || !usual(high) || !usual(wide)) return nullptr;
  // What is read past the end of a row are zeros, and no more of them than those of one end.
  if (wide.pad_right > shape.pad()) return nullptr;
  const int lanes = lanes_of(problem, device);
  const PlaneShape square{.taps = shape.taps, .stride = shape.stride, .side = few(wide.out())};
  const auto is_square = [&](const Axis& axis) {
    return axis.out() == square.side && axis.in == axis.out() * axis.stride;
  };
  if (rows_of_vector(square, lanes) > 0 && is_square(high) && is_square(wide))
    if (const RunPlane<T> kernel = plane_kernel<T>(device.isa, square)) return kernel;
  const bool fits = wide.in <= widest(shape, lanes) && 2 * wide.out() <= lanes;
  return fits ? plane_kernel<T>(device.isa, shape) : nullptr;
}

}  // namespace

bool has_planes(const ConvProblem& problem, const Device& device) {
  return kernel_for<float>(problem, device) != nullptr;
}

std::unique_ptr<Plan> planes_plan(const ConvProblem& problem, const Configuration& configuration,
                                  const Device& device) {
  if (problem->source_type == DataType::f64)
    return std::make_unique<PlanesPlan<double>>(problem, configuration, device,
                                                kernel_for<double>(problem, device));
  return std::make_unique<PlanesPlan<float>>(problem, configuration, device,
                                             kernel_for<float>(problem, device));
}

}  // namespace convtune::depthwise
