// The definition of a convolution, summed in float64: every problem that can be expressed. The
// oracle of the others; chosen only where there is nothing else.

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include <convtune/reference.hpp>
#include <convtune/tensor.hpp>
#include <kernels/plain_layouts.hpp>

namespace convtune {
namespace {

constexpr std::size_t alignment = 64;
constexpr std::int64_t chunk = 256;  // outputs that a thread computes at a time

std::size_t aligned(std::size_t bytes) {
  return (bytes + alignment - 1) / alignment * alignment;
}

/// Where the float64 copies of a call lie in its workspace, behind one another.
class Workspace {
 public:
  explicit Workspace(const ConvProblem& problem) {
    for (const Role role : {Role::source, Role::filter, Role::destination, Role::bias}) {
      if (!read(problem, role)) continue;
      offset(role) = bytes_;
      bytes_ += aligned(static_cast<std::size_t>(elements(problem, role)) * sizeof(double));
    }
    staging_ = bytes_;
    std::size_t widest = 0;
    for (const Role role : {Role::source, Role::filter, Role::destination})
      if (layout_of(problem, role) == Layout::channels_last)
        widest = std::max(widest, convtune::bytes(problem, role));
    bytes_ += aligned(widest);
  }

  static bool read(const ConvProblem& problem, Role role) {
    if (role == Role::bias) return problem->bias;
    return role != output_role(problem->direction) || problem->accumulate;
  }

  std::size_t bytes() const { return bytes_; }
  double* doubles(void* base, Role role) const {
    return reinterpret_cast<double*>(static_cast<std::byte*>(base) +
                                     offsets_[static_cast<std::size_t>(role)]);
  }
  /// Room for one tensor in plain order and its own type, if some tensor is not held like that.
  void* staging(void* base) const { return static_cast<std::byte*>(base) + staging_; }

 private:
  std::size_t& offset(Role role) { return offsets_[static_cast<std::size_t>(role)]; }

  std::array<std::size_t, 4> offsets_{};
  std::size_t staging_ = 0, bytes_ = 0;
};

class ReferencePlan final : public Plan {
 public:
  explicit ReferencePlan(const ConvProblem& problem) : Plan(problem), workspace_(problem) {}

  std::string configuration() const override { return {}; }
  std::size_t workspace_bytes() const override { return workspace_.bytes(); }

  void run(const Buffers& buffers) override {
    const Role output = output_role(problem()->direction);
    const PlainTensors tensors{.source = read(Role::source, buffers.source, buffers),
                               .filter = read(Role::filter, buffers.filter, buffers),
                               .destination = read(Role::destination, buffers.destination, buffers),
                               .bias = read(Role::bias, buffers.bias, buffers)};
    void* const held = output == Role::source   ? buffers.source
                       : output == Role::filter ? buffers.filter
                                                : buffers.destination;
    const bool direct = layout_of(problem(), output) != Layout::channels_last;
    void* const plain = direct ? held : workspace_.staging(buffers.workspace);
    compute(tensors, output, static_cast<std::byte*>(plain));
    if (!direct) from_plain(problem(), output, plain, held);
  }

 private:
  const double* read(Role role, const void* held, const Buffers& buffers) const {
    if (!Workspace::read(problem(), role)) return nullptr;
    const void* plain = held;
    if (layout_of(problem(), role) == Layout::channels_last) {
      to_plain(problem(), role, held, workspace_.staging(buffers.workspace));
      plain = workspace_.staging(buffers.workspace);
    }
    double* const values = workspace_.doubles(buffers.workspace, role);
    to_double(plain, type_of(problem(), role),
              {values, static_cast<std::size_t>(elements(problem(), role))});
    return values;
  }

  void compute(const PlainTensors& tensors, Role output, std::byte* out) const {
    const DataType type = type_of(problem(), output);
    const std::int64_t count = elements(problem(), output);
#pragma omp parallel for schedule(dynamic)
    for (std::int64_t first = 0; first < count; first += chunk) {
      const auto size = static_cast<std::size_t>(std::min(chunk, count - first));
      std::array<ReferenceValue, chunk> computed;
      std::array<double, chunk> values;
      reference(problem(), tensors, first, {computed.data(), size});
      std::transform(computed.begin(), computed.begin() + static_cast<std::ptrdiff_t>(size),
                     values.begin(), [](const ReferenceValue& one) { return one.value; });
      from_double({values.data(), size}, type,
                  out + static_cast<std::size_t>(first) * size_of(type));
    }
  }

  Workspace workspace_;
};

class Reference final : public Implementation {
 public:
  std::string_view name() const override { return "cpu.reference"; }
  Tags tags() const override { return {"reference"}; }
  std::string_view summary() const override {
    return "the definition summed in float64; every problem, slowly";
  }
  std::string_view backend() const override { return "cpu"; }

  Offer offer(const ConvProblem& problem, const Device& device) const override {
    if (device.kind != DeviceKind::cpu) return Refusal{"runs on a CPU only"};
    Candidate candidate;
    candidate.implementation = name();
    candidate.revision = revision();
    candidate.tags = tags();
    candidate.workspace_bytes = Workspace(problem).bytes();
    candidate.deterministic = true;
    candidate.layouts = plain_layouts(problem);
    candidate.slowdown = 1000;
    candidate.notes = "the last resort";
    return std::vector{candidate};
  }

  std::unique_ptr<Plan> prepare(const ConvProblem& problem, const Candidate&,
                                const Device&) const override {
    return std::make_unique<ReferencePlan>(problem);
  }
};

}  // namespace

const Implementation& cpu_reference() {
  static const Reference instance;
  return instance;
}

}  // namespace convtune
