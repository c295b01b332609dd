#include "plan.hpp"

#include <algorithm>
#include <array>

#include <convtune/error.hpp>

#include "route.hpp"

namespace convtune::onednn {
namespace {

const void* resolve(const Buffers& buffers, const Place& place) {
  if (place.in_workspace) return static_cast<const std::byte*>(buffers.workspace) + place.offset;
  switch (place.role) {
    case Role::source: return buffers.source;
    case Role::filter: return buffers.filter;
    case Role::destination: return buffers.destination;
    case Role::bias: break;
  }
  return buffers.bias;
}

/// A step with its primitive made.
class Passage {
 public:
  Passage(const ConvProblem& problem, const Step& step) : problem_(problem), step_(step) {
    if (step.reorder) call_.emplace(*step.reorder, std::vector{reorder_from, reorder_to});
  }

  Role role() const { return step_.role; }

  void run(const Buffers& buffers, const void* scratchpad) {
    const void* from = resolve(buffers, step_.from);
    const void* to = resolve(buffers, step_.to);
    if (call_)
      call_->run(std::array{from, to, scratchpad}.data());
    else
      reverse_taps(problem_, plain_filter_layout(problem_), step_.type, from,
                   const_cast<void*>(to));
  }

 private:
  const ConvProblem& problem_;
  Step step_;
  std::optional<Call> call_;
};

// Copies outside of what is timed: with memory of its own.
void convert(const Format& from, const Format& to, const void* source, void* target) {
  const auto operation = reorder(from, to, false);
  if (!operation)
    throw Error(ErrorCode::environment, "oneDNN cannot copy a tensor into the layout of a kernel.");
  std::vector<std::byte> scratchpad(operation->scratchpad_bytes() + 1);
  Call(*operation, {reorder_from, reorder_to})
      .run(std::array<const void*, 3>{source, target, scratchpad.data()}.data());
}

class ConvolutionPlan final : public Plan {
 public:
  ConvolutionPlan(const ConvProblem& problem, const Kernel& kernel)
      : Plan(problem),
        kernel_(kernel),
        route_(route(problem, kernel.operation)),
        call_(kernel.operation, arguments(problem)) {
    if (!route_.problem.empty()) throw Error(ErrorCode::environment, route_.problem + ".");
    for (const Step& step : route_.before) before_.emplace_back(this->problem(), step);
    for (const Step& step : route_.after) after_.emplace_back(this->problem(), step);
  }

  std::string configuration() const override {
    return onednn::configuration(problem(), kernel_, call_.made());
  }
  std::size_t workspace_bytes() const override { return route_.workspace_bytes; }
  Layouts layouts() const override { return held_layouts(problem(), kernel_.operation); }

  std::size_t bytes(Role role) const override {
    return role == Role::bias ? Plan::bytes(role) : route_.held(role).bytes();
  }

  void load(Role role, const void* plain, void* buffer) const override {
    if (role == Role::bias) return Plan::load(role, plain, buffer);
    const void* now = plain;
    std::vector<std::byte> reversed;
    if (role == Role::filter && problem()->constant_weights && problem()->flip) {
      reversed.resize(convtune::bytes(problem(), role));
      reverse_taps(problem(), Layout::channels_first, problem()->filter_type, plain,
                   reversed.data());
      now = reversed.data();
    }
    convert(plain_format(role), route_.held(role), now, buffer);
  }

  void unload(Role role, const void* buffer, void* plain) const override {
    if (role == Role::bias) return Plan::unload(role, buffer, plain);
    convert(route_.held(role), plain_format(role), buffer, plain);
  }

  void run(const Buffers& buffers) override {
    const void* scratchpad = resolve(buffers, route_.scratchpad);
    for (Passage& passage : before_) passage.run(buffers, scratchpad);
    const std::array pointers{resolve(buffers, route_.source), resolve(buffers, route_.filter),
                              resolve(buffers, route_.destination),
                              problem()->bias ? resolve(buffers, route_.bias) : scratchpad,
                              scratchpad};
    call_.run(pointers.data());
    for (Passage& passage : after_) passage.run(buffers, scratchpad);
  }

  bool reorders(Role role) const override {
    const auto concerns = [role](const Passage& passage) { return passage.role() == role; };
    return std::ranges::any_of(before_, concerns) || std::ranges::any_of(after_, concerns);
  }

  void run_reorder(Role role, const Buffers& buffers) override {
    const void* scratchpad = resolve(buffers, route_.scratchpad);
    for (auto* passages : {&before_, &after_})
      for (Passage& passage : *passages)
        if (passage.role() == role) passage.run(buffers, scratchpad);
  }

 private:
  // The scratchpad follows without being named; without a bias its place takes that.
  static std::vector<int> arguments(const ConvProblem& problem) {
    std::vector<int> all;
    for (const Role role : {Role::source, Role::filter, Role::destination})
      all.push_back(argument(problem->direction, role));
    if (problem->bias) all.push_back(argument(problem->direction, Role::bias));
    return all;
  }

  Format plain_format(Role role) const {
    return Format::of(problem(), role, Layout::channels_first, type_of(problem(), role));
  }

  Kernel kernel_;
  Route route_;
  Call call_;
  std::vector<Passage> before_, after_;
};

}  // namespace

Layouts held_layouts(const ConvProblem& problem, const Operation& kernel) {
  const Layouts inside = layouts(problem, kernel);
  const auto named = [&](Role role, Layout held, const std::string& packed) {
    if (held == Layout::any) return packed;
    const bool last = held == Layout::channels_last;
    if (role == Role::filter) return std::string(last ? "krsc" : "kcrs");
    return std::string(last ? "nhwc" : "nchw");
  };
  return {.source = named(Role::source, problem->source_layout, inside.source),
          .filter = problem->constant_weights
                        ? inside.filter
                        : named(Role::filter, plain_filter_layout(problem), inside.filter),
          .destination = named(Role::destination, problem->destination_layout, inside.destination)};
}

std::unique_ptr<Plan> make_plan(const ConvProblem& problem, const Kernel& kernel) {
  return std::make_unique<ConvolutionPlan>(problem, kernel);
}

}  // namespace convtune::onednn
