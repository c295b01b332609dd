#include "plan.hpp"

#include <array>

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
                  std::string configuration, std::unique_ptr<Plan> inner_plan, int threads)
      : Plan(outer),
        inner_(inner),
        rewritten_(rewritten),
        configuration_(std::move(configuration)),
        plan_(std::move(inner_plan)),
        threads_(threads) {}

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
      if (role != output) turn(problem(), turned, given, used, threads_);
    }
    plan_->run(inside);
    const Turned& turned = rewritten_.of(output);
    if (!as_it_lies(problem(), turned))
      turn_back(problem(), turned, place(inside, output), place(outer, turned.from), threads_);
  }

 private:
  ConvProblem inner_;
  Rewritten rewritten_;
  std::string configuration_;
  std::unique_ptr<Plan> plan_;
  int threads_;
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

std::unique_ptr<Plan> alternative_plan(const ConvProblem& outer, const ConvProblem& inner,
                                       const Rewritten& rewritten, std::string configuration,
                                       std::unique_ptr<Plan> inner_plan, int threads) {
  return std::make_unique<AlternativePlan>(outer, inner, rewritten, std::move(configuration),
                                           std::move(inner_plan), threads);
}

}  // namespace convtune::via
