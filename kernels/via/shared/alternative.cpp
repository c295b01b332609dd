#include "alternative.hpp"

#include <algorithm>

#include <convtune/error.hpp>
#include <kernels/list.hpp>

#include "plan.hpp"

namespace convtune::via {
namespace {

constexpr std::array roles{Role::source, Role::filter, Role::destination};
const Layouts plain{.source = "nchw", .filter = "kcrs", .destination = "nchw"};

bool one_type(const ConvShape& shape) {
  return is_floating(shape.source_type) && shape.filter_type == shape.source_type &&
         shape.destination_type == shape.source_type;
}

std::string objection(const ConvProblem& problem) {
  if (problem->groups != 1) return "there are groups";
  if (problem->unshared) return "filters are not shared by all positions";
  if (!std::ranges::all_of(problem->axes(), [](const Axis& axis) { return axis.stride == 1; }))
    return "the stride is not 1";
  if (!one_type(problem.shape())) return "the tensors must be of one floating type";
  if (problem->bias || problem->relu || problem->accumulate)
    return "bias, relu and accumulation are not carried over";
  for (const Role role : roles)
    if (layout_of(problem, role) == Layout::channels_last) return "channels must come first";
  return {};
}

Tags with(const Tags& first, const Tags& more) {
  Tags all = first;
  for (const std::string& tag : more)
    if (std::ranges::find(all, tag) == all.end()) all.push_back(tag);
  return all;
}

}  // namespace

bool all_valid(const ConvProblem& problem) {
  return std::ranges::all_of(
      problem->axes(), [](const Axis& axis) { return axis.pad_left == 0 && axis.pad_right == 0; });
}

bool all_full(const ConvProblem& problem) {
  return std::ranges::all_of(problem->axes(), [](const Axis& axis) {
    return axis.pad_left == axis.reach() - 1 && axis.pad_right == axis.reach() - 1;
  });
}

bool all_undilated(const ConvProblem& problem) {
  return std::ranges::all_of(
      problem->axes(), [](const Axis& axis) { return axis.dilation == 1 || axis.filter == 1; });
}

Rewritten batch_for_channels(const ConvProblem& problem) {
  Rewritten made{.shape = {.batch = problem->in_channels,
                           .in_channels = problem->batch,
                           .out_channels = problem->out_channels},
                 .source = {Role::source, true},
                 .filter = {Role::destination, true},
                 .destination = {Role::filter, true, problem->flip},
                 .detour = 3};
  for (std::size_t a = 0; a < problem->axes().size(); ++a) {
    const Axis& axis = problem->axis[a];
    made.shape.axis[a] = {.in = axis.in, .filter = axis.out()};
  }
  return made;
}

Rewritten source_for_result(const ConvProblem& problem) {
  Rewritten made{.shape = {.batch = problem->batch,
                           .in_channels = problem->out_channels,
                           .out_channels = problem->in_channels},
                 .source = {Role::destination},
                 .filter = {Role::filter, true, !problem->flip},
                 .destination = {Role::source}};
  for (std::size_t a = 0; a < problem->axes().size(); ++a) {
    const Axis& axis = problem->axis[a];
    made.shape.axis[a] = {.in = axis.out(), .filter = axis.filter, .dilation = axis.dilation};
  }
  return made;
}

std::variant<std::pair<ConvProblem, Rewritten>, Refusal> Alternative::rewritten(
    const ConvProblem& problem) const {
  if (std::string reason = objection(problem); !reason.empty()) return Refusal{std::move(reason)};
  Rewriting rewriting = rewrite(problem);
  if (std::holds_alternative<Refusal>(rewriting)) return std::get<Refusal>(std::move(rewriting));
  Rewritten& made = std::get<Rewritten>(rewriting);
  ConvShape& shape = made.shape;
  shape.rank = problem->rank;
  shape.source_type = shape.filter_type = shape.destination_type = problem->source_type;
  shape.accumulation = problem->accumulation;
  try {
    return std::pair(ConvProblem::make(shape), made);
  } catch (const InvalidProblem& invalid) {
    return Refusal{std::string("the other direction cannot have these sizes: ") + invalid.what()};
  }
}

std::variant<ConvProblem, Refusal> Alternative::inner(const ConvProblem& problem) const {
  auto found = rewritten(problem);
  if (std::holds_alternative<Refusal>(found)) return std::get<Refusal>(std::move(found));
  return std::get<0>(found).first;
}

Offer Alternative::around(const ConvProblem& problem, std::span<const Candidate> inners) const {
  auto found = rewritten(problem);
  if (std::holds_alternative<Refusal>(found)) return std::get<Refusal>(std::move(found));
  const auto& [inner, made] = std::get<0>(found);
  Offer offer;
  for (const Candidate& one : inners) {
    const std::string configuration = "[" + text(one) + "]";
    if (inner_text(one)) {
      offer.refusals.push_back({"decorators nest once", configuration});
      continue;
    }
    if (one.layouts != plain) {
      offer.refusals.push_back({"it does not take plain tensors", configuration});
      continue;
    }
    Candidate candidate = one;
    candidate.implementation = name();
    candidate.configuration = configuration;
    candidate.revision = decorated_revision(revision(), one.revision);
    candidate.tags = with(tags(), one.tags);
    candidate.workspace_bytes = workspace_bytes(problem, made, one.workspace_bytes);
    candidate.slowdown = made.detour * one.slowdown;
    candidate.baseline = false;
    offer.candidates.push_back(std::move(candidate));
  }
  if (offer.candidates.empty() && offer.refusals.empty())
    offer.refusals.push_back({"nobody takes " + text(inner) + ", to which it leads"});
  return offer;
}

std::unique_ptr<Plan> Alternative::prepare(const ConvProblem& problem, const Candidate& candidate,
                                           const Device& device) const {
  const auto cannot = [&](const std::string& why) {
    return Error(ErrorCode::bad_input,
                 text(candidate) + " cannot run " + text(problem) + ": " + why + ".");
  };
  auto found = rewritten(problem);
  if (const auto* const refusal = std::get_if<Refusal>(&found)) throw cannot(refusal->reason);
  auto& [inner, made] = std::get<0>(found);
  const auto wanted = inner_text(candidate);
  if (!wanted) throw cannot("its configuration is not a candidate in brackets");
  const Implementation* const implementation = find_implementation(split_text(*wanted).first);
  if (implementation == nullptr || dynamic_cast<const Decorator*>(implementation) != nullptr)
    throw cannot("there is no implementation of that name to go through");
  for (const Candidate& one : implementation->offer(inner, device).candidates)
    if (text(one) == *wanted && one.layouts == plain)
      return alternative_plan(problem, inner, made, candidate.configuration,
                              implementation->prepare(inner, one, device), copier(device));
  throw cannot("its inner candidate does not apply");
}

}  // namespace convtune::via
