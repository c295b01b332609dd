#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <convtune/reference.hpp>
#include <convtune/tensor.hpp>
#include <tuner/oracle.hpp>

namespace convtune {
namespace {

constexpr std::int64_t chunk = 4096;  // outputs that one thread takes at a time

constexpr double parallel_from_products = 1e5;
constexpr double beyond_measure = 1e30;  // stands for a NaN's error, or one where none is allowed

// Distance from 1 to the next number: 2 to -(digits - 1).
double epsilon(DataType type) {
  switch (type) {
    case DataType::f64: return 0x1p-52;
    case DataType::f32: return 0x1p-23;
    case DataType::f16: return 0x1p-10;
    case DataType::bf16: return 0x1p-7;
    default: return 0;
  }
}

double accumulation_epsilon(const ConvProblem& problem, const Candidate& candidate) {
  const double own = epsilon(problem->accumulation);
  switch (candidate.precision) {
    case Precision::strict: return own;
    case Precision::tf32: return std::max(own, 0x1p-10);
    case Precision::downconvert: return std::max(own, epsilon(DataType::bf16));
  }
  return own;
}

std::string place(const ConvProblem& problem, std::int64_t position) {
  const std::vector<std::int64_t> extent = extents(problem, output_role(problem->direction));
  std::vector<std::int64_t> index(extent.size());
  for (std::size_t axis = extent.size(); axis-- > 0; position /= extent[axis])
    index[axis] = position % extent[axis];
  return fmt::format("[{}]", fmt::join(index, ", "));
}

// The first element of a tensor that a chunk found worst, so that threads give one answer.
struct Worst {
  double ratio = 0;  // to its bound; > 1 or NaN: wrong
  std::int64_t position = -1;
  double value = 0, expected = 0;
  std::int64_t wrong = 0;
  double scaled = 0;
  bool exact_applies = false;

  void add(const Worst& other) {
    wrong += other.wrong;
    exact_applies |= other.exact_applies;
    scaled = std::max(scaled, other.scaled);
    if (other.position < 0) return;
    if (position < 0 || other.ratio > ratio ||
        (other.ratio == ratio && other.position < position)) {
      ratio = other.ratio;
      position = other.position;
      value = other.value;
      expected = other.expected;
    }
  }
};

float rounded_up(double magnitude) {
  if (magnitude == 0) return 0;
  return std::nextafter(static_cast<float>(magnitude), std::numeric_limits<float>::infinity());
}

// Elements from `first` on, in double.
void read(const void* tensor, DataType type, std::int64_t first, std::span<double> values) {
  const auto offset = static_cast<std::size_t>(first) * size_of(type);
  to_double(static_cast<const std::byte*>(tensor) + offset, type, values);
}

// To the nearest that `type` has.
void round_to(DataType type, std::span<double> values) {
  std::vector<std::byte> elements(values.size() * size_of(type));
  from_double(values, type, elements.data());
  to_double(elements.data(), type, values);
}

}  // namespace

double error_bound(const ConvProblem& problem, const Candidate& candidate) {
  if (candidate.error_factor > 0) return candidate.error_factor;
  // The float64 reference has the same error as a float64 candidate.
  const double usual = problem->accumulation == DataType::f64 ? 8 : 4;
  return candidate.inexact ? 4 * usual : usual;
}

// How the error of an output is measured: one rounding of the accumulation at the size of the sum
// of magnitudes, and where the output is narrower its own rounding.
struct Oracle::Terms {
  Terms(const ConvProblem& problem, DataKind kind, const Candidate& candidate)
      : type(type_of(problem, output_role(problem->direction))),
        accumulation(accumulation_epsilon(problem, candidate)),
        bound(error_bound(problem, candidate)),
        exact_limit(std::ldexp(1.0, exact_bits(problem))),
        exact(!candidate.inexact &&
              (kind == DataKind::integers || !is_floating(problem->accumulation))),
        relative(epsilon(type) > accumulation ? epsilon(type) / 2 : 0),
        epilogue(relative > 0 && (problem->bias || problem->accumulate)
                     ? (kind == DataKind::integers ? 8 : 2)
                     : 0),
        whole(!is_floating(type)) {}

  // `magnitude` is sum |x||w|. An epilogue as a pass of its own rounds to the output's type once
  // more, before a bias or an old output of at most that size is added.
  double unit(double value, double magnitude) const {
    return accumulation * magnitude + relative * (std::abs(value) + epilogue) + (whole ? 0.5 : 0);
  }

  DataType type;
  double accumulation, bound, exact_limit;
  bool exact;
  double relative, epilogue;
  bool whole;
};

bool Oracle::is_full(const ConvProblem& problem) {
  return multiply_accumulates(problem) <= full_up_to_macs;
}

Oracle::Oracle(const ConvProblem& problem, DataKind kind, const TestData& data, bool full,
               Summation* elsewhere)
    : problem_(problem), kind_(kind) {
  if (elsewhere && take(elsewhere->outputs(data.plain()))) return;
  if (!full) indices_ = sampled_positions(problem, sampled_outputs);
  compute(data);
}

Oracle::Oracle(const ConvProblem& problem, DataKind kind, const TestData& data,
               std::vector<std::int64_t> positions)
    : problem_(problem), kind_(kind), indices_(std::move(positions)) {
  compute(data);
}

void Oracle::compute(const TestData& data) {
  const std::int64_t count = indices_.empty() ? elements(problem_, output_role(problem_->direction))
                                              : static_cast<std::int64_t>(indices_.size());
  values_.resize(static_cast<std::size_t>(count));
  magnitudes_.resize(static_cast<std::size_t>(count));
  const PlainTensors tensors = data.plain();
  const std::int64_t step = indices_.empty() ? chunk : 1;
  const bool worth_threads =
      static_cast<double>(count) * products_per_output(problem_) > parallel_from_products;
  double largest = 0;
#pragma omp parallel for schedule(dynamic) reduction(max : largest) if (worth_threads)
  for (std::int64_t first = 0; first < count; first += step) {
    std::vector<ReferenceValue> part(static_cast<std::size_t>(std::min(step, count - first)));
    reference(problem_, tensors, position(static_cast<std::size_t>(first)), part);
    for (std::size_t i = 0; i < part.size(); ++i) {
      const std::size_t entry = static_cast<std::size_t>(first) + i;
      values_[entry] = part[i].value;
      magnitudes_[entry] = rounded_up(part[i].magnitude);
      largest = std::max(largest, part[i].magnitude);
    }
  }
  largest_magnitude_ = largest;
}

bool Oracle::take(const std::vector<ReferenceValue>& sums) {
  if (sums.empty()) return false;
  for (const ReferenceValue& each : sums) {
    values_.push_back(each.value);
    magnitudes_.push_back(rounded_up(each.magnitude));
    largest_magnitude_ = std::max(largest_magnitude_, each.magnitude);
  }
  return true;
}

// What an output tensor holds where entries [begin, begin + size) are.
std::vector<double> Oracle::values_at(const void* output, DataType type, std::size_t begin,
                                      std::size_t size) const {
  std::vector<double> values(size);
  if (indices_.empty()) {
    read(output, type, position(begin), values);
  } else {
    for (std::size_t i = 0; i < size; ++i) read(output, type, position(begin + i), {&values[i], 1});
  }
  return values;
}

Comparison Oracle::check(const void* output, const Candidate& candidate) const {
  const Terms terms(problem_, kind_, candidate);
  const bool spreads = candidate.inexact || candidate.error_factor > 0;
  const auto count = static_cast<std::int64_t>(values_.size());
  Worst worst;
#pragma omp parallel for schedule(static) if (count > chunk)
  for (std::int64_t first = 0; first < count; first += chunk) {
    Worst here;
    const auto begin = static_cast<std::size_t>(first);
    const auto size = static_cast<std::size_t>(std::min(chunk, count - first));
    const std::vector<double> values = values_at(output, terms.type, begin, size);
    const std::span reference(values_.data() + begin, size);
    std::vector<double> nearest;
    if (terms.exact) {
      nearest.assign(reference.begin(), reference.end());
      round_to(terms.type, nearest);
    }
    for (std::size_t i = 0; i < size; ++i) {
      const std::size_t entry = begin + i;
      const double value = values[i];
      const bool exact = terms.exact && magnitudes_[entry] <= terms.exact_limit;
      const double expected = exact ? nearest[i] : reference[i];
      // Transforms err by what the neighbours in their tile weigh, not by their own sum.
      const double magnitude = spreads ? largest_magnitude_ : magnitudes_[entry];
      const double error = std::abs(value - expected);
      const double unit = terms.unit(expected, magnitude);
      const double scaled = error == 0 ? 0 : error / unit;  // NaN stays NaN, 1/0 is infinite
      const bool right = exact ? value == expected : scaled <= terms.bound;
      here.exact_applies |= exact;
      if (right) {
        if (!exact) here.scaled = std::max(here.scaled, scaled);
        continue;
      }
      const double ratio = std::isfinite(scaled) ? scaled : beyond_measure;
      Worst found{.ratio = ratio,
                  .position = position(entry),
                  .value = value,
                  .expected = expected,
                  .wrong = 1,
                  .scaled = ratio,
                  .exact_applies = exact};
      here.add(found);
    }
#pragma omp critical
    worst.add(here);
  }
  Comparison result{.fault = {}, .exact_applies = worst.exact_applies, .scaled_max = worst.scaled};
  if (worst.wrong > 0)
    result.fault = fmt::format(
        "output {} is {:.9g} instead of {:.9g}, {:.3g} times the unit of error where {} is "
        "allowed; {} of {} checked outputs are wrong",
        place(problem_, worst.position), worst.value, worst.expected, worst.ratio,
        terms.exact ? "none" : fmt::format("{:.3g}", terms.bound), worst.wrong, count);
  return result;
}

std::vector<std::int64_t> Oracle::disagreements(const void* first, const Candidate& first_candidate,
                                                const void* second,
                                                const Candidate& second_candidate,
                                                std::size_t limit) const {
  const Terms a(problem_, kind_, first_candidate), b(problem_, kind_, second_candidate);
  // Outputs that were not sampled have magnitudes not far above the largest sampled one.
  const bool exact = a.exact && b.exact && 2 * largest_magnitude_ <= a.exact_limit;
  const std::int64_t count = elements(problem_, output_role(problem_->direction));
  std::vector<std::int64_t> found;
#pragma omp parallel for schedule(static) if (count > chunk)
  for (std::int64_t start = 0; start < count; start += chunk) {
    std::vector<std::int64_t> here;
    std::vector<double> ours(static_cast<std::size_t>(std::min(chunk, count - start)));
    std::vector<double> theirs(ours.size());
    read(first, a.type, start, ours);
    read(second, b.type, start, theirs);
    for (std::size_t i = 0; i < ours.size(); ++i) {
      const double x = ours[i], y = theirs[i];
      const double allowed =
          a.bound * a.unit(x, largest_magnitude_) + b.bound * b.unit(x, largest_magnitude_);
      // Uniform data gives no infinity; two that agree on one are both to be looked at.
      if (std::isfinite(x) && (exact ? x == y : std::abs(x - y) <= allowed)) continue;
      here.push_back(start + static_cast<std::int64_t>(i));
      if (here.size() >= limit) break;
    }
#pragma omp critical
    found.insert(found.end(), here.begin(), here.end());
  }
  std::ranges::sort(found);
  if (found.size() > limit) found.resize(limit);
  return found;
}

Comparison Oracle::check_at(std::vector<std::int64_t> positions, const TestData& data,
                            const void* output, const Candidate& candidate) const {
  Oracle some(problem_, kind_, data, std::move(positions));
  some.largest_magnitude_ = largest_magnitude_;
  return some.check(output, candidate);
}

}  // namespace convtune
