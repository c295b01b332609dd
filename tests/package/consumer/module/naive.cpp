// A module with one kernel: the smallest that convtune lists, checks, races and remembers.
#include <array>

#include <convtune/error.hpp>
#include <convtune/module.hpp>

namespace {

using namespace convtune;

class NaivePlan final : public Plan {
 public:
  using Plan::Plan;
  std::string configuration() const override { return "loops"; }

  void run(const Buffers& buffers) override {
    const ConvShape& p = problem().shape();
    const Axis h = problem()->axes()[0], w = problem()->axes()[1];
    const auto* const source = static_cast<const float*>(buffers.source);
    const auto* const filter = static_cast<const float*>(buffers.filter);
    auto* out = static_cast<float*>(buffers.destination);
    for (std::int64_t n = 0; n < p.batch; ++n)
      for (std::int64_t k = 0; k < p.out_channels; ++k)
        for (std::int64_t y = 0; y < h.out(); ++y)
          for (std::int64_t x = 0; x < w.out(); ++x, ++out) {
            float sum = 0;
            for (std::int64_t c = 0; c < p.in_channels; ++c)
              for (std::int64_t r = 0; r < h.filter; ++r)
                for (std::int64_t s = 0; s < w.filter; ++s) {
                  const std::int64_t row = y * h.stride + r * h.dilation - h.pad_left;
                  const std::int64_t column = x * w.stride + s * w.dilation - w.pad_left;
                  if (row < 0 || row >= h.in || column < 0 || column >= w.in) continue;
                  sum += source[((n * p.in_channels + c) * h.in + row) * w.in + column] *
                         filter[((k * p.in_channels + c) * h.filter + r) * w.filter + s];
                }
            *out = sum;
          }
  }
};

class Naive final : public Implementation {
 public:
  std::string_view name() const override { return "example.naive"; }
  Tags tags() const override { return {"direct", "default"}; }
  std::string_view summary() const override { return "seven loops"; }
  std::string_view backend() const override { return "example"; }

  Offer offer(const ConvProblem& problem, const Device&) const override {
    const ConvShape& p = problem.shape();
    if (p.rank != 2 || p.direction != Direction::forward || p.groups != 1 || p.unshared || p.flip ||
        p.bias || p.relu || p.accumulate || p.accumulation != DataType::f32)
      return Refusal{"forward, two dimensions, one group and nothing besides"};
    for (const Role role : {Role::source, Role::filter, Role::destination})
      if (type_of(problem, role) != DataType::f32 ||
          layout_of(problem, role) == Layout::channels_last)
        return Refusal{"f32 with channels first"};
    Candidate candidate;
    candidate.implementation = name();
    candidate.configuration = "loops";
    candidate.tags = tags();
    candidate.deterministic = true;
    candidate.layouts = {.source = "nchw", .filter = "kcrs", .destination = "nchw"};
    candidate.slowdown = 10;
    return std::vector{candidate};
  }

  std::unique_ptr<Plan> prepare(const ConvProblem& problem, const Candidate&,
                                const Device&) const override {
    return std::make_unique<NaivePlan>(problem);
  }
};

// What the kernels need to run, and what their times depend on besides machine and threads.
class Example final : public Backend {
 public:
  std::string_view name() const override { return "example"; }
  std::string unavailable() const override { return {}; }
  std::vector<LibraryVersion> libraries() const override { return {}; }
  std::map<std::string, std::string> identity(const Device&) const override { return {}; }
};

}  // namespace

CONVTUNE_MODULE_ENTRY const convtune::Module* convtune_module() {
  static const Example backend;
  static const Naive naive;
  static const std::array<const Implementation*, 1> implementations{&naive};
  static const Module module{.version = EXAMPLE_VERSION,
                             .backend = &backend,
                             .implementations = implementations.data(),
                             .implementation_count = implementations.size()};
  return &module;
}
