#include "run.hpp"

#include <convtune/tensor.hpp>

#include "guarded.hpp"

namespace convtune::testing_support {

std::vector<double> result_of(const ConvProblem& problem, const Implementation& implementation,
                              const Candidate& candidate, const Device& device,
                              const Tensors& inputs) {
  const auto plan = implementation.prepare(problem, candidate, device);
  Guarded source(plan->bytes(Role::source)), filter(plan->bytes(Role::filter)),
      destination(plan->bytes(Role::destination)), workspace(plan->workspace_bytes());
  const auto load = [&](Role role, const std::vector<double>& values, Guarded& buffer) {
    if (values.empty()) return;
    std::vector<std::byte> plain(bytes(problem, role));
    from_double(values, type_of(problem, role), plain.data());
    plan->load(role, plain.data(), buffer.data());
  };
  load(Role::source, inputs.source, source);
  load(Role::filter, inputs.filter, filter);
  load(Role::destination, inputs.destination, destination);
  plan->run({.source = source.data(),
             .filter = filter.data(),
             .destination = destination.data(),
             .bias = nullptr,
             .workspace = workspace.data()});

  const Role output = output_role(problem->direction);
  Guarded& held = output == Role::source ? source : output == Role::filter ? filter : destination;
  std::vector<std::byte> plain(bytes(problem, output));
  plan->unload(output, held.data(), plain.data());
  std::vector<double> values(static_cast<std::size_t>(elements(problem, output)));
  to_double(plain.data(), type_of(problem, output), values);
  return values;
}

}  // namespace convtune::testing_support
