#include "reference.hpp"

#include <convtune/error.hpp>
#include <kernels/plain_layouts.hpp>

#include "../launch.hpp"
#include "../reference.hpp"
#include "definition.hpp"

namespace convtune::cuda {
namespace {

/// A tensor of `outer` times `channels` planes as the caller of the problem holds it.
Tensor held(const ConvProblem& problem, Role role, void* data, std::int64_t channels,
            std::int64_t depth, std::int64_t height, std::int64_t width) {
  const bool last = layout_of(problem, role) == Layout::channels_last;
  const std::int64_t plane = depth * height * width, step = last ? channels : 1;
  return {.data = data,
          .type = type_of(problem, role),
          .outer = channels * plane,
          .channel = last ? 1 : plane,
          .depth = height * width * step,
          .height = width * step,
          .width = step};
}

class ReferencePlan final : public Plan {
 public:
  using Plan::Plan;

  std::string configuration() const override { return {}; }

  void run(const Buffers& buffers) override {
    const Role output = output_role(problem()->direction);
    const Sizes sizes = sizes_of(problem());
    const Extent &d = sizes.depth, &h = sizes.height, &w = sizes.width;
    Definition kernel{.sizes = sizes,
                      .direction = problem()->direction,
                      .source = held(problem(), Role::source, buffers.source,
                                     problem()->in_channels, d.in, h.in, w.in),
                      .filter = held(problem(), Role::filter, buffers.filter, sizes.channels,
                                     d.filter, h.filter, w.filter),
                      .destination = held(problem(), Role::destination, buffers.destination,
                                          problem()->out_channels, d.out, h.out, w.out),
                      .add = problem()->accumulate,
                      .relu = problem()->relu,
                      .count = elements(problem(), output)};
    if (sizes.unshared) {
      kernel.filter.position = kernel.filter.outer;
      kernel.filter.outer *= sizes.positions;
    }
    if (problem()->bias)
      kernel.bias = {.data = const_cast<void*>(buffers.bias),  // only read
                     .type = type_of(problem(), Role::bias)};
    launch(kernel, grid_of(kernel.count), buffers.stream);
  }
};

class Reference final : public ReferenceFace {
 public:
  Offer offer(const ConvProblem& problem, const Device&) const override {
    Candidate candidate;
    candidate.implementation = name();
    candidate.revision = revision();
    candidate.tags = tags();
    candidate.deterministic = true;
    candidate.layouts = plain_layouts(problem);
    candidate.slowdown = 1000;
    candidate.unranked = true;
    candidate.notes = "checks the others";
    return std::vector{candidate};
  }

  std::unique_ptr<Plan> prepare(const ConvProblem& problem, const Candidate& candidate,
                                const Device& device) const override {
    if (!device.present)
      throw Error(ErrorCode::environment, text(candidate) + " needs " + device.name +
                                              " itself, and there is only its description.");
    return std::make_unique<ReferencePlan>(problem);
  }
};

}  // namespace

const Implementation& reference() {
  static const Reference instance;
  return instance;
}

}  // namespace convtune::cuda
