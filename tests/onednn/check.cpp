#include "check.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include <omp.h>

#include <convtune/reference.hpp>
#include <convtune/tensor.hpp>

namespace convtune {
namespace {

constexpr std::size_t zone = 256;
constexpr unsigned char zone_value = 0xA5;

/// A buffer of exactly so many bytes, poisoned, aligned to 64, red zones around it.
class Guarded {
 public:
  explicit Guarded(std::size_t bytes) : bytes_(bytes), all_(bytes + 2 * zone + 64, zone_value) {
    const auto address = reinterpret_cast<std::uintptr_t>(all_.data()) + zone;
    begin_ = all_.data() + zone + (64 - address % 64) % 64;
    std::memset(begin_, 0xFF, bytes);  // NaN in every floating type
  }
  void* data() { return begin_; }
  bool intact() const {
    const auto untouched = [](unsigned char byte) { return byte == zone_value; };
    return std::all_of(all_.data(), static_cast<const unsigned char*>(begin_), untouched) &&
           std::all_of(static_cast<const unsigned char*>(begin_) + bytes_,
                       all_.data() + all_.size(), untouched);
  }
  std::vector<unsigned char> copy() const { return {begin_, begin_ + bytes_}; }

 private:
  std::size_t bytes_;
  std::vector<unsigned char> all_;
  unsigned char* begin_ = nullptr;
};

/// One tensor in plain order: its type's elements, and what they are in float64.
struct Plain {
  std::vector<unsigned char> elements;
  std::vector<double> values;
};

Plain random(const ConvProblem& problem, Role role, bool integers, std::mt19937& engine) {
  Plain tensor;
  const auto count = static_cast<std::size_t>(elements(problem, role));
  tensor.values.resize(count);
  std::uniform_real_distribution<double> real(-1, 1);
  std::uniform_int_distribution<int> small(-4, 4), keep(0, 3);
  for (double& value : tensor.values)
    value = !integers ? real(engine) : keep(engine) == 0 ? small(engine) : 0;
  tensor.elements.resize(bytes(problem, role));
  from_double(tensor.values, type_of(problem, role), tensor.elements.data());
  to_double(tensor.elements.data(), type_of(problem, role), tensor.values);
  return tensor;
}

double epsilon(DataType type) {
  return type == DataType::bf16 ? 0x1p-8 : std::numeric_limits<float>::epsilon();
}

struct Outcomes {
  std::string fault;
  bool equal = true, repeatable = true;
  double scaled_max = 0;
};

Outcomes run(Plan& plan, bool integers) {
  const ConvProblem& problem = plan.problem();
  std::mt19937 engine(7);
  const std::vector<Role> roles{Role::source, Role::filter, Role::destination, Role::bias};
  const Role output = output_role(problem->direction);
  std::vector<Plain> plain;
  std::vector<Guarded> held;
  for (const Role role : roles) {
    plain.push_back(random(problem, role, integers, engine));
    held.emplace_back(plan.bytes(role));
    if (role != output || problem->accumulate)
      plan.load(role, plain.back().elements.data(), held.back().data());
  }
  const std::size_t out = output == Role::source ? 0 : output == Role::filter ? 1 : 2;
  Guarded workspace(plan.workspace_bytes());
  const Buffers buffers{.source = held[0].data(),
                        .filter = held[1].data(),
                        .destination = held[2].data(),
                        .bias = held[3].data(),
                        .workspace = workspace.data()};
  plan.run(buffers);
  Outcomes found;
  std::vector<unsigned char> result(bytes(problem, output)), again(result.size());
  plan.unload(output, held[out].data(), result.data());
  if (problem->accumulate) plan.load(output, plain[out].elements.data(), held[out].data());
  plan.run(buffers);
  plan.unload(output, held[out].data(), again.data());
  found.repeatable = result == again;
  for (const Guarded& buffer : held)
    if (!buffer.intact()) found.fault = "wrote outside of a tensor";
  if (!workspace.intact()) found.fault = "wrote outside of the declared workspace";

  const auto count = static_cast<std::int64_t>(plain[out].values.size());
  std::vector<ReferenceValue> expected(static_cast<std::size_t>(count));
  const PlainTensors tensors{plain[0].values.data(), plain[1].values.data(), plain[2].values.data(),
                             plain[3].values.data()};
  reference(problem, tensors, 0, expected);
  std::vector<double> values(expected.size()), rounded(expected.size());
  to_double(result.data(), type_of(problem, output), values);
  for (std::size_t i = 0; i < values.size(); ++i) rounded[i] = expected[i].value;
  std::vector<unsigned char> as_type(result.size());
  from_double(rounded, type_of(problem, output), as_type.data());
  to_double(as_type.data(), type_of(problem, output), rounded);
  const double eps = epsilon(type_of(problem, output));
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] != rounded[i]) found.equal = false;
    const double scale = std::max(expected[i].magnitude, 1e-30) * eps;
    const double error = std::abs(values[i] - expected[i].value) / scale;
    found.scaled_max = std::max(found.scaled_max, std::isnan(error) ? 1e30 : error);
  }
  return found;
}

}  // namespace

Device test_device() {
  return {.name = "cpu", .threads = omp_get_max_threads()};
}

Checked check(const Implementation& implementation, const ConvProblem& problem,
              const Candidate& candidate) {
  const auto plan = implementation.prepare(problem, candidate, test_device());
  Checked checked;
  if (plan->configuration() != candidate.configuration)
    checked.fault = "is " + plan->configuration() + ", not what its text says";
  if (plan->workspace_bytes() != candidate.workspace_bytes)
    checked.fault = "needs another workspace than it declares";
  if (plan->layouts() != candidate.layouts) checked.fault = "has other layouts than it declares";
  if (!checked.fault.empty()) return checked;
  const Outcomes integers = run(*plan, true);
  const Outcomes reals = run(*plan, false);
  checked.fault = integers.fault + reals.fault;
  checked.exact = integers.equal;
  checked.scaled_max = reals.scaled_max;
  checked.repeatable = integers.repeatable && reals.repeatable;
  return checked;
}

}  // namespace convtune
