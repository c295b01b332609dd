#include "agreement.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <memory>
#include <random>
#include <string>

#include <convtune/tensor.hpp>

#include "guarded.hpp"
#include "problems.hpp"

namespace convtune::testing_support {
namespace {

using ::testing::AssertionFailure;
using ::testing::AssertionResult;
using ::testing::AssertionSuccess;

constexpr std::array roles{Role::source, Role::filter, Role::destination, Role::bias};
constexpr double usual_error_factor = 8;

std::size_t index(Role role) {
  return static_cast<std::size_t>(role);
}

/// The largest magnitude below which every integer is a value of the type.
double exact_below(DataType type) {
  switch (type) {
    case DataType::f64: return 0x1p53;
    case DataType::f32: return 0x1p24;
    case DataType::f16: return 0x1p11;
    case DataType::bf16: return 0x1p8;
    case DataType::s8: return 127;
    case DataType::u8: return 255;
    case DataType::s32: return 0x1p31 - 1;
  }
  return 0;
}

double epsilon(DataType type) {
  return is_floating(type) ? 2 / exact_below(type) : 0;
}

bool read(const ConvProblem& problem, Role role) {
  if (role == Role::bias) return problem->bias;
  return role != output_role(problem->direction) || problem->accumulate;
}

struct Result {
  std::vector<std::byte> bytes;
  std::vector<double> values;
};

AssertionResult compare(const Case& given, const Candidate& candidate, const Result& result) {
  const auto& expected = given.expected();
  const double factor = candidate.error_factor > 0 ? candidate.error_factor : usual_error_factor;
  const double accumulation = epsilon(given.problem()->accumulation);
  const double rounding =
      epsilon(type_of(given.problem(), output_role(given.problem()->direction))) / 2;
  // Who has a bound of its own errs by what the neighbours in its tile weigh; see tuner/README.md.
  double least = 0;
  if (candidate.error_factor > 0 || candidate.inexact)
    for (const ReferenceValue& each : expected) least = std::max(least, each.magnitude);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double value = expected[i].value, magnitude = std::max(expected[i].magnitude, least);
    const double error = std::abs(result.values[i] - value);
    const double bound = given.gate() == Gate::exact
                             ? 0
                             : factor * accumulation * magnitude + rounding * std::abs(value);
    if (!(error <= bound))
      return AssertionFailure() << "output " << i << " of " << expected.size() << " is "
                                << result.values[i] << " instead of " << value << ", bound "
                                << bound;
  }
  return AssertionSuccess();
}

std::string told(const Layouts& layouts) {
  return layouts.source + ":" + layouts.filter + ":" + layouts.destination;
}

/// The buffers of one plan and what they were filled with.
class Session {
 public:
  Session(const Case& given, Plan& plan)
      : given_(given), plan_(plan), workspace_(plan.workspace_bytes()) {
    for (const Role role : {Role::source, Role::filter, Role::destination})
      tensors_[index(role)] = std::make_unique<Guarded>(plan.bytes(role));
    tensors_[index(Role::bias)] = std::make_unique<Guarded>(given.plain(Role::bias).size());
    for (const Role role : roles)
      if (read(given.problem(), role) && role != output()) load(role);
  }

  Result run() {
    Guarded& out = tensor(output());
    out.poison();
    workspace_.poison();
    if (given_.problem()->accumulate) load(output());
    plan_.run({.source = tensor(Role::source).data(),
               .filter = tensor(Role::filter).data(),
               .destination = tensor(Role::destination).data(),
               .bias = given_.problem()->bias ? tensor(Role::bias).data() : nullptr,
               .workspace = workspace_.data()});
    Result result;
    result.bytes.resize(given_.plain(output()).size());
    result.values.resize(given_.expected().size());
    plan_.unload(output(), out.data(), result.bytes.data());
    to_double(result.bytes.data(), type_of(given_.problem(), output()), result.values);
    return result;
  }

  AssertionResult clean() {
    for (const Role role : roles) {
      if (!tensor(role).intact()) return AssertionFailure() << "wrote outside the " << name(role);
      if (role == output() || !read(given_.problem(), role)) continue;
      const auto& held = held_[index(role)];
      if (!held.empty() && std::memcmp(held.data(), tensor(role).data(), held.size()) != 0)
        return AssertionFailure() << "changed its input, the " << name(role);
    }
    if (!workspace_.intact()) return AssertionFailure() << "wrote outside its workspace";
    return AssertionSuccess();
  }

 private:
  Role output() const { return output_role(given_.problem()->direction); }
  Guarded& tensor(Role role) { return *tensors_[index(role)]; }

  void load(Role role) {
    const std::vector<std::byte>& plain = given_.plain(role);
    if (role == Role::bias) {
      if (!plain.empty()) std::memcpy(tensor(role).data(), plain.data(), plain.size());
    } else {
      plan_.load(role, plain.data(), tensor(role).data());
    }
    const auto* bytes = static_cast<const std::byte*>(tensor(role).data());
    held_[index(role)].assign(bytes, bytes + tensor(role).size());
  }

  const Case& given_;
  Plan& plan_;
  Guarded workspace_;
  std::array<std::unique_ptr<Guarded>, 4> tensors_;
  std::array<std::vector<std::byte>, 4> held_;
};

}  // namespace

Case::Case(const ConvProblem& problem, Gate gate, std::uint64_t seed)
    : problem_(problem), gate_(gate) {
  const DataType out = type_of(problem, output_role(problem->direction));
  const double limit = std::min(exact_below(out), exact_below(problem->accumulation));
  if (gate == Gate::scaled &&
      !std::ranges::all_of(roles, [&](Role role) { return is_floating(type_of(problem, role)); })) {
    applies_ = false;
    return;
  }
  for (double density = 1;; density /= 2) {
    for (const Role role : roles) fill(role, density, seed);
    compute();
    if (gate == Gate::scaled) return;
    const bool exact = std::ranges::all_of(
        expected_, [&](const ReferenceValue& one) { return one.magnitude <= limit; });
    if (exact) return;
  }
}

void Case::fill(Role role, double density, std::uint64_t seed) {
  const DataType type = type_of(problem_, role);
  const auto count = role == Role::bias && !problem_->bias
                         ? 0
                         : static_cast<std::size_t>(elements(problem_, role));
  std::mt19937_64 random(seed * 4 + index(role));
  // Distributions of the standard library differ between implementations of it.
  const auto unit = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
  auto& values = values_[index(role)];
  values.resize(count);
  for (double& value : values) {
    if (gate_ == Gate::scaled)
      value = 2 * unit() - 1;
    else
      value = unit() < density ? std::floor(unit() * 9) - (type == DataType::u8 ? 0 : 4) : 0;
  }
  auto& plain = plain_[index(role)];
  plain.resize(count * size_of(type));
  from_double(values, type, plain.data());
  to_double(plain.data(), type, values);  // as the type rounds them
}

void Case::compute() {
  const Role output = output_role(problem_->direction);
  expected_.resize(static_cast<std::size_t>(elements(problem_, output)));
  const auto values = [&](Role role) { return values_[index(role)].data(); };
  reference(problem_,
            {.source = values(Role::source),
             .filter = values(Role::filter),
             .destination = values(Role::destination),
             .bias = values(Role::bias)},
            0, expected_);
  const DataType type = type_of(problem_, output);
  if (is_floating(type)) return;
  for (ReferenceValue& one : expected_) {  // integers saturate
    std::int32_t element = 0;
    from_double({&one.value, 1}, type, &element);
    to_double(&element, type, {&one.value, 1});
  }
}

AssertionResult agrees(const Case& given, const Implementation& implementation,
                       const Candidate& candidate, const Device& device) {
  if (!given.applies() || (given.gate() == Gate::exact && candidate.inexact))
    return AssertionSuccess();
  const std::unique_ptr<Plan> plan = implementation.prepare(given.problem(), candidate, device);
  if (plan->configuration() != candidate.configuration)
    return AssertionFailure() << "the plan is " << plan->configuration();
  if (plan->workspace_bytes() != candidate.workspace_bytes)
    return AssertionFailure() << "the plan takes " << plan->workspace_bytes()
                              << " bytes, declared are " << candidate.workspace_bytes;
  if (plan->layouts() != candidate.layouts)
    return AssertionFailure() << "the plan has layouts " << told(plan->layouts())
                              << ", declared are " << told(candidate.layouts);

  Session session(given, *plan);
  const Result first = session.run();
  if (AssertionResult right = compare(given, candidate, first); !right) return right;
  const Result second = session.run();
  if (AssertionResult right = compare(given, candidate, second); !right)
    return right << ", in the second run";
  if (candidate.deterministic && first.bytes != second.bytes)
    return AssertionFailure() << "the second run gave other bits";
  return session.clean();
}

void expect_agreement_on_every_isa(const Implementation& implementation,
                                   const std::vector<std::string>& problems,
                                   const std::vector<Gate>& gates) {
  for (const Device& device : devices_of_every_isa())
    for (const std::string& each : problems) {
      const ConvProblem problem = parse_problem(each);
      const Offer offer = implementation.offer(problem, device);
      ASSERT_FALSE(offer.candidates.empty()) << each << ' ' << offer.refusals.front().reason;
      for (const Gate gate : gates) {
        const Case given(problem, gate);
        for (const Candidate& candidate : offer.candidates)
          ASSERT_TRUE(agrees(given, implementation, candidate, device))
              << name(device.isa) << ' ' << reproduction(problem, candidate);
      }
    }
}

std::string reproduction(const ConvProblem& problem, const Candidate& candidate) {
  return "convtune verify '" + text(problem) + "' --candidates '" + text(candidate) + "'";
}

}  // namespace convtune::testing_support
