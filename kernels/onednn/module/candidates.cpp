#include "candidates.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

#include "../convolution.hpp"

namespace convtune::onednn {
namespace {

// F(2x2, 3x3) rounds whole tiles as well, but less, and is exact on integers: seen up to 6 where an
// output is the sum of nine products.
constexpr double winograd_2x2_error_factor = 16;

// F(4x4, 3x3) rounds whole tiles, so an output that is the sum of few products, at a border or of a
// small image, carries the error of a full tile. At least three times what was seen (9 forward, 37
// and 1000 for the gradients of data and of weights).
double winograd_4x4_error_factor(const ConvProblem& problem) {
  switch (problem->direction) {
    case Direction::forward: return 32;
    case Direction::backward_data: return 160;
    case Direction::backward_weights: break;
  }
  auto fewest_products = static_cast<double>(problem->batch);
  for (const Axis& axis : problem->axes())
    fewest_products *= static_cast<double>(
        std::max<std::int64_t>(1, axis.out() - std::max(axis.pad_left, axis.pad_right)));
  return 32 + 4096 / fewest_products;
}

// The plain loops run below 1 GFLOP/s, where others reach a hundred.
constexpr double reference_slowdown = 300;

// A gradient that is added to what is there is kept in f32 until then, so that it is rounded once.
DataType computed_type(const ConvProblem& problem, Role role) {
  const bool added_later = problem->accumulate && problem->direction != Direction::forward &&
                           role == output_role(problem->direction);
  return added_later ? DataType::f32 : type_of(problem, role);
}

bool any_layout_is_fixed(const ConvProblem& problem) {
  return problem->source_layout != Layout::any || problem->destination_layout != Layout::any;
}

// `as_held`: the kernel works on the caller's buffers; otherwise it states what it likes best.
Request request(const ConvProblem& problem, Algorithm algorithm, bool as_held) {
  const auto format = [&](Role role) {
    const bool held = as_held && role != Role::filter;
    return Format::of(problem, role, held ? layout_of(problem, role) : Layout::any,
                      computed_type(problem, role));
  };
  const bool fused = problem->direction == Direction::forward;
  return {.algorithm = algorithm,
          .source = format(Role::source),
          .filter = format(Role::filter),
          .destination = format(Role::destination),
          .relu = fused && problem->relu,
          .accumulate = fused && problem->accumulate};
}

Format format(const ConvProblem& problem, const Operation& operation, Role role) {
  return operation.format(argument(problem->direction, role));
}

bool same_formats(const ConvProblem& problem, const Operation& a, const Operation& b) {
  return std::ranges::all_of(
      std::array{Role::source, Role::filter, Role::destination},
      [&](Role role) { return format(problem, a, role) == format(problem, b, role); });
}

std::string_view name(Algorithm algorithm) {
  return algorithm == Algorithm::winograd ? "winograd" : "direct";
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string family(const std::string& kernel) {
  if (contains(kernel, "wino")) return "winograd";
  if (contains(kernel, "gemm") || kernel.starts_with("ip:")) return "gemm";
  if (contains(kernel, "ref")) return "reference";
  return "direct";
}

// Adds the kernel unless it is there already. Two that differ in the filter's format alone are told
// apart by it.
void add(const ConvProblem& problem, Algorithm algorithm, const Operation& operation,
         std::vector<Kernel>& found) {
  Kernel kernel{.algorithm = algorithm, .operation = operation, .configuration = {}};
  kernel.configuration = configuration(problem, kernel, operation);
  for (const Kernel& other : found) {
    if (other.configuration != kernel.configuration) continue;
    if (same_formats(problem, other.operation, operation)) return;
    kernel.filter_in_name = true;
  }
  if (kernel.filter_in_name) kernel.configuration = configuration(problem, kernel, operation);
  const bool known = std::ranges::any_of(
      found, [&](const Kernel& k) { return k.configuration == kernel.configuration; });
  if (!known) found.push_back(std::move(kernel));
}

}  // namespace

std::string objection_to(const ConvProblem& problem) {
  const auto supported = [](DataType type) { return native_type(type) != dnnl_data_type_undef; };
  const Role output = output_role(problem->direction);
  DataType input = DataType::f32;
  for (const Role role : {Role::source, Role::filter, Role::destination}) {
    const DataType type = type_of(problem, role);
    if (!supported(type)) return "takes f32 and bf16, not " + std::string(convtune::name(type));
    if (role != output) input = type;
    if (elements(problem, role) == 0) return "takes no empty tensor";
    // Of larger ones some of its kernels' checks divide by zero, others take minutes.
    if (elements(problem, role) > std::numeric_limits<std::int32_t>::max())
      return "takes tensors of fewer than 2^31 elements";
  }
  for (const Role role : {Role::source, Role::filter, Role::destination})
    if (const DataType type = type_of(problem, role);
        type != input && !(role == output && type == DataType::f32))
      return "takes inputs of one type, and an output of that type or f32";
  if (problem->accumulation != DataType::f32)
    return "accumulates in f32, not in " + std::string(convtune::name(problem->accumulation));
  if (problem->unshared) return "shares its filters over all positions";
  return {};
}

std::vector<Kernel> list_kernels(const ConvProblem& problem, std::vector<Refusal>& refusals) {
  std::vector<Kernel> found;
  for (const Algorithm algorithm : {Algorithm::direct, Algorithm::winograd}) {
    const auto ask = [&](bool as_held) {
      return for_each_kernel(problem, request(problem, algorithm, as_held),
                             [&](const Operation& operation) {
                               add(problem, algorithm, operation, found);
                               return true;
                             });
    };
    const std::string reason = ask(false);
    if (!reason.empty())
      refusals.push_back({.reason = reason + " for the algorithm " + std::string(name(algorithm)),
                          .configuration = std::string(name(algorithm))});
    if (any_layout_is_fixed(problem)) ask(true);
  }
  return found;
}

std::optional<Kernel> default_kernel(const ConvProblem& problem) {
  std::optional<Kernel> found;
  for_each_kernel(
      problem, request(problem, Algorithm::automatic, false), [&](const Operation& operation) {
        found = Kernel{
            .algorithm = Algorithm::automatic, .operation = operation, .configuration = "default"};
        return false;
      });
  return found;
}

std::string configuration(const ConvProblem& problem, const Kernel& kernel, const Operation& made) {
  if (kernel.algorithm == Algorithm::automatic)
    return made.name() == kernel.operation.name() ? "default" : "default/" + made.name();
  const Layouts formats = layouts(problem, made);
  std::string text = std::string(name(kernel.algorithm)) + '/' + made.name() + '/' + formats.source;
  if (formats.destination != formats.source) text += ':' + formats.destination;
  if (kernel.filter_in_name) text += '/' + formats.filter;
  return text;
}

Layouts layouts(const ConvProblem& problem, const Operation& operation) {
  const Format source = format(problem, operation, Role::source);
  const Format destination = format(problem, operation, Role::destination);
  Layouts named{.source = source.text(problem, Role::source),
                .filter = format(problem, operation, Role::filter).text(problem, Role::filter),
                .destination = destination.text(problem, Role::destination)};
  // A tensor of one pixel or one channel is nchw and nhwc at once: it goes with the other one.
  const bool both_last = source.is(problem, Role::source, Layout::channels_last) &&
                         destination.is(problem, Role::destination, Layout::channels_last);
  if (both_last && named.source != named.destination) named.source = named.destination = "nhwc";
  return named;
}

Candidate describe(const ConvProblem& problem, const Kernel& kernel) {
  const std::string kernel_name = kernel.operation.name();
  Candidate candidate;
  candidate.implementation = convolution_name;
  candidate.configuration = kernel.configuration;
  candidate.tags = {"onednn", family(kernel_name), "default"};
  // Work is divided among the threads by count alone, and partial sums are added in a fixed order.
  candidate.deterministic = true;
  if (contains(kernel_name, "wino_2x3")) candidate.error_factor = winograd_2x2_error_factor;
  if (contains(kernel_name, "wino_4x3")) {
    candidate.inexact = true;
    candidate.error_factor = winograd_4x4_error_factor(problem);
  }
  if (kernel_name.starts_with("ref")) candidate.slowdown = reference_slowdown;
  if (kernel.algorithm == Algorithm::automatic) {
    const Layouts formats = layouts(problem, kernel.operation);
    candidate.baseline = true;
    candidate.notes = "oneDNN's own choice: " + kernel_name + ", source " + formats.source +
                      ", filter " + formats.filter + ", destination " + formats.destination;
  }
  return candidate;
}

}  // namespace convtune::onednn
