#include "plan.hpp"

#include <algorithm>

#include "../shared/packed_plan.hpp"
#include "../winograd/plan.hpp"
#include "geometry.hpp"
#include "pixel_sums.hpp"

namespace convtune::pointwise {
namespace {

constexpr std::size_t alignment = 64;

std::size_t aligned(std::size_t bytes) {
  return (bytes + alignment - 1) / alignment * alignment;
}

/// Inputs of output pixels, where these are not where the output has them.
std::size_t gathered_bytes(const ConvProblem& problem) {
  if (!gathers(problem)) return 0;
  return aligned(
      static_cast<std::size_t>(problem->batch * problem->in_channels * pixels_of(problem)) *
      size_of(problem->source_type));
}

/// Copies them; outside of the image there are zeros.
template <class T>
void gather(const ConvProblem& problem, const T* source, T* gathered, int threads) {
  std::array<Axis, 3> axes{};
  const std::size_t first = 3 - problem->axes().size();
  for (std::size_t i = 0; i < problem->axes().size(); ++i) axes[first + i] = problem->axes()[i];
  const Axis &deep = axes[0], &high = axes[1], &wide = axes[2];
  const auto at = [](const Axis& axis, std::int64_t out) {
    return out * axis.stride - axis.pad_left;
  };
  const auto holds = [](const Axis& axis, std::int64_t in) { return in >= 0 && in < axis.in; };
  const std::int64_t planes = problem->batch * problem->in_channels;
#pragma omp parallel for schedule(static) num_threads(threads)
  for (std::int64_t plane = 0; plane < planes; ++plane) {
    const T* const from = source + plane * deep.in * high.in * wide.in;
    T* to = gathered + plane * deep.out() * high.out() * wide.out();
    for (std::int64_t d = 0; d < deep.out(); ++d)
      for (std::int64_t h = 0; h < high.out(); ++h) {
        const std::int64_t z = at(deep, d), y = at(high, h);
        const T* const row =
            holds(deep, z) && holds(high, y) ? from + (z * high.in + y) * wide.in : nullptr;
        for (std::int64_t w = 0; w < wide.out(); ++w) {
          const std::int64_t x = at(wide, w);
          *to++ = row && holds(wide, x) ? row[x] : T{0};
        }
      }
  }
}

template <class T>
class PointwisePlan final : public cpu::PackedPlan<T> {
 public:
  PointwisePlan(const ConvProblem& problem, const Configuration& configuration,
                const Device& device)
      : cpu::PackedPlan<T>(problem),
        configuration_(configuration),
        threads_(device.threads),
        gathered_bytes_(gathered_bytes(problem)),
        sums_(problem, configuration, device) {}

  std::string configuration() const override { return text(configuration_); }
  std::size_t workspace_bytes() const override {
    return gathered_bytes_ + (this->problem()->constant_weights ? 0 : this->packed_bytes());
  }

  void run(const Buffers& buffers) override {
    const auto* source = static_cast<const T*>(buffers.source);
    if (gathered_bytes_ > 0) {
      auto* const gathered = static_cast<T*>(buffers.workspace);
      gather(this->problem(), source, gathered, threads_);
      source = gathered;
    }
    const T* const filter =
        this->packed_filters(buffers, static_cast<std::int64_t>(gathered_bytes_ / sizeof(T)));
    sums_.run(source, filter, this->problem()->bias ? static_cast<const T*>(buffers.bias) : nullptr,
              static_cast<T*>(buffers.destination));
  }

 private:
  std::int64_t packed_elements() const override { return sums_.packed_elements(); }
  void pack(const T* plain, T* packed) const override { sums_.pack(plain, packed); }

  Configuration configuration_;
  int threads_;
  std::size_t gathered_bytes_;
  PixelSums<T> sums_;
};

winograd::Configuration inner(const Configuration& configuration) {
  return {.outputs = 1,
          .registers = {.rows = configuration.rows, .vectors = configuration.vectors},
          .rows = configuration.block == 0 ? 1 : 0};
}

/// With output channels as lanes: tiles of one point, for which nothing is transformed.
class ChannelPlan final : public Plan {
 public:
  ChannelPlan(const ConvProblem& problem, const Configuration& configuration, const Device& device)
      : Plan(problem),
        configuration_(configuration),
        threads_(device.threads),
        gathered_bytes_(gathered_bytes(problem)),
        plan_(winograd::winograd_plan(in_a_row(problem), inner(configuration), device)) {}

  std::string configuration() const override { return text(configuration_); }
  std::size_t workspace_bytes() const override {
    return gathered_bytes_ + plan_->workspace_bytes();
  }
  Layouts layouts() const override { return cpu::packed_layouts(problem()); }
  std::size_t bytes(Role role) const override {
    return role == Role::filter ? plan_->bytes(role) : Plan::bytes(role);
  }
  void load(Role role, const void* plain, void* buffer) const override {
    if (role == Role::filter)
      plan_->load(role, plain, buffer);
    else
      Plan::load(role, plain, buffer);
  }

  void run(const Buffers& buffers) override {
    Buffers inside = buffers;
    auto* const workspace = static_cast<std::byte*>(buffers.workspace);
    inside.workspace = workspace + gathered_bytes_;
    if (gathered_bytes_ > 0) {
      inside.source = workspace;
      if (problem()->source_type == DataType::f64)
        gather(problem(), static_cast<const double*>(buffers.source),
               static_cast<double*>(inside.source), threads_);
      else
        gather(problem(), static_cast<const float*>(buffers.source),
               static_cast<float*>(inside.source), threads_);
    }
    plan_->run(inside);
  }

 private:
  Configuration configuration_;
  int threads_;
  std::size_t gathered_bytes_;
  std::unique_ptr<Plan> plan_;
};

}  // namespace

std::unique_ptr<Plan> pointwise_plan(const ConvProblem& problem, const Configuration& configuration,
                                     const Device& device) {
  if (configuration.form == Form::channels)
    return std::make_unique<ChannelPlan>(problem, configuration, device);
  if (problem->source_type == DataType::f64)
    return std::make_unique<PointwisePlan<double>>(problem, configuration, device);
  return std::make_unique<PointwisePlan<float>>(problem, configuration, device);
}

std::size_t workspace_bytes(const ConvProblem& problem, const Configuration& configuration,
                            const Device& device) {
  return pointwise_plan(problem, configuration, device)->workspace_bytes();
}

}  // namespace convtune::pointwise
