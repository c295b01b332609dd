#include <algorithm>
#include <cmath>
#include <cstdint>

#include <convtune/tensor.hpp>
#include <tuner/test_data.hpp>

namespace convtune {
namespace {

// Magnitudes stay this far below the limit of exactness on average: no output exceeds the limit in
// practice, and Winograd's F(2x2, 3x3), whose intermediate sums are larger, stays exact too.
constexpr double headroom = 16;

// Each element depends on its position alone, so that threads fill a tensor in any order.
std::uint64_t random_at(std::uint64_t stream, std::uint64_t position) {
  std::uint64_t z = (stream << 56) + (position + 1) * 0x9E3779B97F4A7C15U;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31);
}

double unit_interval(std::uint64_t bits) {
  return static_cast<double>(bits >> 11) * 0x1p-53;
}

// Share of non-zero elements in each of the two factors.
double density(const ConvProblem& problem) {
  constexpr double mean_product = (20.0 / 9) * (20.0 / 9);
  const double expected = products_per_output(problem) * mean_product;
  const double wanted = std::ldexp(1.0, exact_bits(problem)) / headroom;
  return expected <= wanted ? 1 : std::sqrt(wanted / expected);
}

class Values {
 public:
  Values(const ConvProblem& problem, Role role, DataKind kind)
      : stream_(static_cast<std::uint64_t>(role) * 2 + static_cast<std::uint64_t>(kind) + 1),
        integers_(kind == DataKind::integers || !is_floating(type_of(problem, role))),
        unsigned_(type_of(problem, role) == DataType::u8),
        density_(role == Role::bias || role == output_role(problem->direction) ||
                         kind == DataKind::uniform
                     ? 1
                     : density(problem)) {}

  double operator[](std::uint64_t position) const {
    const std::uint64_t bits = random_at(stream_, position);
    if (!integers_) return 2 * unit_interval(bits) - 1;
    if (unit_interval(bits) >= density_) return 0;
    const auto value = static_cast<double>(random_at(stream_ + 64, position) % 9) - 4;
    return unsigned_ ? std::abs(value) : value;
  }

 private:
  std::uint64_t stream_;
  bool integers_, unsigned_;
  double density_;
};

bool has_epilogue(const ConvShape& shape) {
  return shape.bias || shape.accumulate;
}

int digits(DataType type) {
  switch (type) {
    case DataType::f64: return 53;
    case DataType::f32: return 24;
    case DataType::f16: return 11;
    case DataType::bf16: return 8;
    case DataType::s8: return 7;
    case DataType::u8: return 8;
    case DataType::s32: return 31;
  }
  return 0;
}

}  // namespace

bool is_read(const ConvProblem& problem, Role role) {
  if (role == Role::bias) return problem->bias;
  return role != output_role(problem->direction) || problem->accumulate;
}

int exact_bits(const ConvProblem& problem) {
  const int accumulation = digits(problem->accumulation);
  if (!has_epilogue(problem.shape())) return accumulation;
  return std::min(accumulation, digits(type_of(problem, output_role(problem->direction))));
}

double products_per_output(const ConvProblem& problem) {
  const auto outputs = static_cast<double>(elements(problem, output_role(problem->direction)));
  return outputs == 0 ? 0 : multiply_accumulates(problem) / outputs;
}

TestData::TestData(const ConvProblem& problem, DataKind kind, Memory& memory) : tensors_(4) {
  constexpr std::int64_t chunk = 1 << 16;
  for (const Role role : {Role::source, Role::filter, Role::destination, Role::bias}) {
    if (!is_read(problem, role)) continue;
    const Values values(problem, role, kind);
    const DataType type = type_of(problem, role);
    const std::int64_t count = elements(problem, role);
    Tensor& tensor = tensors_[index(role)];
    tensor.typed = Buffer(static_cast<std::size_t>(count) * size_of(type), memory);
    tensor.values.resize(static_cast<std::size_t>(count));
#pragma omp parallel for schedule(static) if (count > chunk)
    for (std::int64_t first = 0; first < count; first += chunk) {
      const auto length = static_cast<std::size_t>(std::min(chunk, count - first));
      const std::span<double> part(tensor.values.data() + first, length);
      std::byte* const typed_part = static_cast<std::byte*>(tensor.typed.data()) +
                                    static_cast<std::size_t>(first) * size_of(type);
      for (std::size_t i = 0; i < length; ++i)
        part[i] = values[static_cast<std::uint64_t>(first) + i];
      from_double(part, type, typed_part);
      to_double(typed_part, type, part);  // what the reference reads is what candidates read
    }
  }
}

PlainTensors TestData::plain() const {
  const auto values = [&](Role role) { return tensors_[index(role)].values.data(); };
  return {.source = values(Role::source),
          .filter = values(Role::filter),
          .destination = values(Role::destination),
          .bias = values(Role::bias)};
}

void TestData::forget_plain() {
  for (Tensor& tensor : tensors_) tensor.values = {};
}

}  // namespace convtune
