#include "plan.hpp"

#include <array>
#include <utility>

#include <kernels/gpu.hpp>

namespace convtune::via {
namespace {

constexpr std::array roles{Role::source, Role::filter, Role::destination};

std::size_t aligned(std::size_t bytes) {
  constexpr std::size_t alignment = 64;
  return (bytes + alignment - 1) / alignment * alignment;
}

void*& place(Buffers& buffers, Role role) {
  return role == Role::source   ? buffers.source
         : role == Role::filter ? buffers.filter
                                : buffers.destination;
}

class AlternativePlan final : public Plan {
 public:
  AlternativePlan(const ConvProblem& outer, const ConvProblem& inner, const Rewritten& rewritten,
                  std::string configuration, std::unique_ptr<Plan> inner_plan, Copier copy)
      : Plan(outer),
        inner_(inner),
        rewritten_(rewritten),
        configuration_(std::move(configuration)),
        plan_(std::move(inner_plan)),
        copy_(std::move(copy)) {}

  // What really runs inside is for the library to say.
  std::string configuration() const override {
    const std::string_view planned(configuration_);
    const auto [implementation, ignored] = split_text(planned.substr(1));
    const std::string inside = plan_->configuration();
    return "[" + std::string(implementation) + (inside.empty() ? "]" : "/" + inside + "]");
  }

  std::size_t workspace_bytes() const override {
    return via::workspace_bytes(problem(), rewritten_, plan_->workspace_bytes());
  }

  void run(const Buffers& buffers) override {
    Buffers outer = buffers, inside;
    inside.stream = buffers.stream;
    auto* scratch = static_cast<std::byte*>(buffers.workspace);
    inside.workspace = scratch;
    scratch += aligned(plan_->workspace_bytes());
    const Role output = output_role(inner_->direction);
    for (const Role role : roles) {
      const Turned& turned = rewritten_.of(role);
      void* const given = place(outer, turned.from);
      void*& used = place(inside, role);
      used = given;
      if (as_it_lies(problem(), turned)) continue;
      used = scratch;
      scratch += aligned(bytes(turned.from));
      if (role != output) copy_(turn(problem(), turned, given, used), buffers.stream);
    }
    plan_->run(inside);
    const Turned& turned = rewritten_.of(output);
    if (!as_it_lies(problem(), turned))
      copy_(turn_back(problem(), turned, place(inside, output), place(outer, turned.from)),
            buffers.stream);
  }

 private:
  ConvProblem inner_;
  Rewritten rewritten_;
  std::string configuration_;
  std::unique_ptr<Plan> plan_;
  Copier copy_;
};

}  // namespace

std::size_t workspace_bytes(const ConvProblem& outer, const Rewritten& rewritten,
                            std::size_t inner_bytes) {
  std::size_t total = aligned(inner_bytes);
  for (const Role role : roles)
    if (const Turned& turned = rewritten.of(role); !as_it_lies(outer, turned))
      total += aligned(bytes(outer, turned.from));
  return total;
}

Copier copier(const Device& device) {
  if (device.kind == DeviceKind::cuda) return copy_on_gpu;
  return [threads = device.threads](const PlaneCopy& copy, void*) { copy_planes(copy, threads); };
}

std::unique_ptr<Plan> alternative_plan(const ConvProblem& outer, const ConvProblem& inner,
                                       const Rewritten& rewritten, std::string configuration,
                                       std::unique_ptr<Plan> inner_plan, Copier copy) {
  return std::make_unique<AlternativePlan>(outer, inner, rewritten, std::move(configuration),
                                           std::move(inner_plan), std::move(copy));
}

}  // namespace convtune::via
