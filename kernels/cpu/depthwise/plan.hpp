#pragma once

#include <algorithm>
#include <memory>

#include <convtune/device.hpp>
#include <convtune/implementation.hpp>

#include "blocking.hpp"
#include "plane_kernel.hpp"

namespace convtune::depthwise {

/// What the plans of all ways have in common.
class DepthwisePlan : public Plan {
 public:
  DepthwisePlan(const ConvProblem& problem, const Configuration& configuration,
                const Device& device)
      : Plan(problem),
        threads_(device.threads),
        geometry_(problem),
        blocking_(problem, configuration, device),
        configuration_(configuration) {}

  std::string configuration() const override { return text(configuration_); }
  std::size_t workspace_bytes() const override {
    return static_cast<std::size_t>(blocking_.total_bytes);
  }

 protected:
  /// The tap that the input at `tap` is multiplied by.
  std::int64_t tap_of(std::int64_t tap) const {
    return problem()->flip ? geometry_.taps - 1 - tap : tap;
  }

  /// What a call of a kernel needs of output channel `filter`: its taps, in `turned` where they are
  /// reversed, and what happens to the sums.
  template <class T, template <class> class Call>
  void set_filter(Call<T>& call, const Buffers& buffers, std::int64_t filter, T* turned) const {
    call.taps = static_cast<const T*>(buffers.filter) + filter * geometry_.taps;
    if (problem()->flip) {
      std::reverse_copy(call.taps, call.taps + geometry_.taps, turned);
      call.taps = turned;
    }
    if (problem()->bias) call.bias = static_cast<const T*>(buffers.bias) + filter;
    call.accumulate = problem()->accumulate;
    call.relu = problem()->relu;
  }

  /// So many channels of inputs have a vector of others behind them.
  std::int64_t planes_inside() const {
    const std::int64_t all = geometry_.channels * geometry_.in_plane;
    return all == 0 ? 0 : std::max<std::int64_t>(0, all - blocking_.lanes) / geometry_.in_plane;
  }

  int threads_;
  Geometry geometry_;
  Blocking blocking_;

 private:
  Configuration configuration_;
};

/// Whether there is a kernel for Way::columns.
bool has_columns(const ConvProblem& problem, const Configuration& configuration,
                 const Device& device);

/// Whether there is a kernel for Way::planes.
bool has_planes(const ConvProblem& problem, const Device& device);

/// One function for each Configuration::Way.
std::unique_ptr<Plan> columns_plan(const ConvProblem& problem, const Configuration& configuration,
                                   const Device& device);
std::unique_ptr<Plan> planes_plan(const ConvProblem& problem, const Configuration& configuration,
                                  const Device& device);
std::unique_ptr<Plan> padded_plan(const ConvProblem& problem, const Configuration& configuration,
                                  const Device& device);
std::unique_ptr<Plan> channels_plan(const ConvProblem& problem, const Configuration& configuration,
                                    const Device& device);

}  // namespace convtune::depthwise
