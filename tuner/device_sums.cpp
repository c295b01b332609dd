// The reference of a check, computed where the candidates run.
#include <algorithm>
#include <cmath>
#include <new>

#include <fmt/format.h>

#include <tuner/buffer.hpp>
#include <tuner/oracle.hpp>
#include <tuner/summation.hpp>

namespace convtune {
namespace {

constexpr double most_macs = 1e11;
constexpr std::int64_t compared_outputs = 256;
constexpr double allowed = 0x1p-40;  // of the magnitude: far above float64's error, far below any
                                     // other's
constexpr std::array roles = {Role::source, Role::filter, Role::destination};

// The same sums of float64 numbers in plain order.
ConvProblem in_float64(const ConvProblem& problem) {
  ConvShape shape = problem.shape();
  shape.source_type = shape.filter_type = shape.destination_type = shape.accumulation =
      DataType::f64;
  shape.source_layout = shape.filter_layout = shape.destination_layout = Layout::channels_first;
  shape.constant_weights = false;
  return ConvProblem::make(shape);
}

class DeviceSums final : public Summation {
 public:
  DeviceSums(const ConvProblem& problem, const Implementation& definition, const Device& device,
             Workplace& workplace)
      : problem_(in_float64(problem)),
        definition_(definition),
        device_(device),
        workplace_(workplace) {}

  std::vector<ReferenceValue> outputs(const PlainTensors& tensors) override {
    if (given_up_ || multiply_accumulates(problem_) > most_macs) return {};
    std::vector<ReferenceValue> sums;
    try {
      sums = summed(tensors);
    } catch (const WorkplaceLost&) {
      throw;
    } catch (const std::bad_alloc&) {
      why_not_ = "there is not enough memory for its float64 tensors";
    } catch (const std::exception& error) {
      why_not_ = error.what();
    }
    if (sums.empty() || !agrees(tensors, sums)) {
      given_up_ = true;
      return {};
    }
    return sums;
  }

  std::string why_not() const override { return why_not_; }

 private:
  // One after the other, on the same memory.
  std::vector<ReferenceValue> summed(const PlainTensors& tensors) {
    const Offer offer = definition_.offer(problem_, device_);
    if (offer.candidates.empty()) {
      if (!offer.refusals.empty()) why_not_ = offer.refusals.front().reason;
      return {};
    }
    const auto trial = workplace_.prepare(
        problem_, {.implementation = &definition_, .candidate = offer.candidates.front()}, device_);
    Memory& memory = workplace_.memory();
    std::array<Buffer, 3> held{Buffer(trial->bytes(Role::source), memory),
                               Buffer(trial->bytes(Role::filter), memory),
                               Buffer(trial->bytes(Role::destination), memory)};
    Buffer bias(problem_->bias ? bytes(problem_, Role::bias) : 0, memory);
    Buffer workspace(trial->apart() ? 0 : trial->workspace_bytes(), memory);
    const Buffers buffers{.source = held[0].data(),
                          .filter = held[1].data(),
                          .destination = held[2].data(),
                          .bias = problem_->bias ? bias.data() : nullptr,
                          .workspace = workspace.data()};
    const Role output = output_role(problem_->direction);
    const auto count = static_cast<std::size_t>(elements(problem_, output));
    std::vector<ReferenceValue> sums(count);
    std::vector<double> values(count);
    const auto run = [&](auto change, double ReferenceValue::* member) {
      const auto load = [&](Role role, const double* from) {
        std::vector<double> plain(from, from + elements(problem_, role));
        std::ranges::transform(plain, plain.begin(), change);
        if (role == Role::bias)
          std::ranges::copy(plain, static_cast<double*>(bias.data()));
        else
          trial->load(role, plain.data(), held.at(static_cast<std::size_t>(role)).data());
      };
      const double* const from[] = {tensors.source, tensors.filter, tensors.destination};
      for (const Role role : roles)
        if (is_read(problem_, role)) load(role, from[static_cast<std::size_t>(role)]);
      if (problem_->bias) load(Role::bias, tensors.bias);
      trial->upload(buffers);
      trial->run(buffers, 1);
      trial->download(buffers);
      trial->unload(output, held.at(static_cast<std::size_t>(output)).data(), values.data());
      for (std::size_t i = 0; i < count; ++i) sums[i].*member = values[i];
    };
    run([](double x) { return x; }, &ReferenceValue::value);
    run([](double x) { return std::abs(x); }, &ReferenceValue::magnitude);
    return sums;
  }

  bool agrees(const PlainTensors& tensors, const std::vector<ReferenceValue>& sums) {
    for (const std::int64_t position : sampled_positions(problem_, compared_outputs)) {
      ReferenceValue here;
      reference(problem_, tensors, position, {&here, 1});
      const ReferenceValue& there = sums[static_cast<std::size_t>(position)];
      const double error =
          std::max(std::abs(there.value - here.value), std::abs(there.magnitude - here.magnitude));
      if (error <= allowed * here.magnitude) continue;  // a NaN is not
      why_not_ = fmt::format("{} gives {:.17g} for output {} where this CPU gives {:.17g}",
                             definition_.name(), there.value, position, here.value);
      return false;
    }
    return true;
  }

  ConvProblem problem_;
  const Implementation& definition_;
  Device device_;
  Workplace& workplace_;
  bool given_up_ = false;
  std::string why_not_;
};

}  // namespace

std::unique_ptr<Summation> sums_on(const ConvProblem& problem, const Implementation& definition,
                                   const Device& device, Workplace& workplace) {
  return std::make_unique<DeviceSums>(problem, definition, device, workplace);
}

}  // namespace convtune
