#include "plan.hpp"

#include <algorithm>

#include <omp.h>

#include "../shared/packed_plan.hpp"
#include "channel_sums.hpp"
#include "filters.hpp"
#include "inputs.hpp"
#include "pixel_sums.hpp"

namespace convtune::direct_blocked {
namespace {

template <class T, class Sums>
class DirectBlockedPlan final : public cpu::PackedPlan<T> {
 public:
  DirectBlockedPlan(const ConvProblem& problem, const Configuration& configuration,
                    const Device& device)
      : cpu::PackedPlan<T>(problem),
        blocking_(problem, configuration, device),
        inputs_(blocking_),
        sums_(blocking_) {}

  std::string configuration() const override { return text(blocking_.configuration); }
  std::size_t workspace_bytes() const override { return blocking_.workspace_bytes; }

  void run(const Buffers& buffers) override {
    source_ = static_cast<const T*>(buffers.source);
    shared_ = static_cast<T*>(buffers.workspace);
    own_ = shared_ + blocking_.shared_elements;
    operands_ = {.filter = this->packed_filters(buffers, first_filter()),
                 .bias = this->problem()->bias ? static_cast<const T*>(buffers.bias) : nullptr,
                 .destination = static_cast<T*>(buffers.destination)};
    if (blocking_.configuration.block == 0)
      share_filters();
    else
      share_blocks();
  }

 private:
  std::int64_t packed_elements() const override { return blocking_.filter_elements; }
  void pack(const T* plain, T* packed) const override { pack_filters(blocking_, plain, packed); }

  /// Filters that are not constant stand behind the inputs, where threads share these.
  std::int64_t first_filter() const {
    return blocking_.configuration.block == 0 ? blocking_.input_elements : 0;
  }
  std::int64_t images() const { return blocking_.batch * blocking_.groups; }
  T* own() const { return own_ + omp_get_thread_num() * blocking_.thread_elements; }

  Block block_of(std::int64_t task) const {
    const auto& [deep, high] = blocking_.blocks;
    const std::int64_t image = task / (deep * high);
    Block block{.image = image / blocking_.groups, .group = image % blocking_.groups};
    const std::array<std::int64_t, 2> number{task / high % deep, task % high};
    for (std::size_t i = 0; i < 2; ++i) {
      block.first[i] = number[i] * blocking_.block[i];
      block.size[i] = std::min(blocking_.block[i], blocking_.axes[i].out() - block.first[i]);
    }
    return block;
  }

  Operands<T> operands(const Block& block, const T* copied) const {
    Operands<T> operands = operands_;
    operands.inputs = blocking_.in_place ? inputs_.in_place(block, source_) : copied;
    operands.sums = own();
    return operands;
  }

  // Each thread takes blocks of outputs through all filters.
  void share_blocks() const {
    const std::int64_t tasks = images() * blocking_.blocks[0] * blocking_.blocks[1];
#pragma omp parallel for schedule(static) num_threads(blocking_.threads)
    for (std::int64_t task = 0; task < tasks; ++task) {
      const Block block = block_of(task);
      T* const copied = own() + blocking_.sum_elements;
      if (!blocking_.in_place)
        for (std::int64_t c = 0; c < blocking_.channels; ++c)
          inputs_.copy(block, c, source_, copied);
      for (std::int64_t filters = 0; filters < blocking_.filter_blocks; ++filters)
        sums_.run(block, filters, operands(block, copied));
    }
  }

  // All copy the inputs of an image, and share its output channels.
  void share_filters() const {
#pragma omp parallel num_threads(blocking_.threads)
    for (std::int64_t image = 0; image < images(); ++image) {
      const Block block = block_of(image);
      if (!blocking_.in_place) {
#pragma omp for schedule(static)
        for (std::int64_t c = 0; c < blocking_.channels; ++c)
          inputs_.copy(block, c, source_, shared_);
      }
#pragma omp for schedule(static)
      for (std::int64_t filters = 0; filters < blocking_.filter_blocks; ++filters)
        sums_.run(block, filters, operands(block, shared_));
    }
  }

  Blocking blocking_;
  Inputs<T> inputs_;
  Sums sums_;
  const T* source_ = nullptr;
  T* shared_ = nullptr;  ///< what all threads share of the workspace
  T* own_ = nullptr;     ///< the first thread's part of it
  Operands<T> operands_;
};

template <class T>
std::unique_ptr<Plan> plan_of(const ConvProblem& problem, const Configuration& configuration,
                              const Device& device) {
  if (configuration.form == Form::pixels)
    return std::make_unique<DirectBlockedPlan<T, PixelSums<T>>>(problem, configuration, device);
  return std::make_unique<DirectBlockedPlan<T, ChannelSums<T>>>(problem, configuration, device);
}

}  // namespace

std::unique_ptr<Plan> direct_blocked_plan(const ConvProblem& problem,
                                          const Configuration& configuration,
                                          const Device& device) {
  return problem->source_type == DataType::f64 ? plan_of<double>(problem, configuration, device)
                                               : plan_of<float>(problem, configuration, device);
}

}  // namespace convtune::direct_blocked
