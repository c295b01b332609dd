#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <limits>
#include <new>

#include <fmt/format.h>

#include <convtune/doctor.hpp>
#include <convtune/implementation.hpp>
#include <kernels/list.hpp>

namespace convtune {
namespace {

// A convolution of one axis with filters of one tap is a plain matrix product: the destination
// (k x w) is the filter (k x c) times the source (c x w).
ConvProblem product(std::int64_t size) {
  ConvShape shape;
  shape.rank = 1;
  shape.in_channels = shape.out_channels = size;
  shape.axis[0].in = size;
  shape.constant_weights = true;
  return ConvProblem::make(shape);
}

struct Freed {
  void operator()(std::byte* memory) const { operator delete(memory, std::align_val_t{64}); }
};
using Memory = std::unique_ptr<std::byte, Freed>;

Memory memory_of(std::size_t bytes) {
  return Memory(static_cast<std::byte*>(operator new(std::max<std::size_t>(bytes, 64),
                                                     std::align_val_t{64})));
}

// Zeros and denormals are faster or slower than what layers hold.
void fill(void* buffer, std::size_t bytes) {
  auto* values = static_cast<float*>(buffer);
  for (std::size_t i = 0; i < bytes / sizeof(float); ++i)
    values[i] = static_cast<float>(i % 13) / 8.0F - 0.75F;
}

// The second of two calls; the first one pays for what libraries build on first use.
double time_once(Plan& plan, const Buffers& buffers) {
  plan.run(buffers);
  const auto start = std::chrono::steady_clock::now();
  plan.run(buffers);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double fastest(const Implementation& gemm, const ConvProblem& problem, const Device& device,
               const std::vector<Candidate>& candidates) {
  double best = std::numeric_limits<double>::infinity();
  for (const Candidate& candidate : candidates) {
    if (!candidate.worker_environment.empty()) continue;  // of another core type than this process
    const auto plan = gemm.prepare(problem, candidate, device);
    const Memory source = memory_of(plan->bytes(Role::source));
    const Memory filter = memory_of(plan->bytes(Role::filter));
    const Memory destination = memory_of(plan->bytes(Role::destination));
    const Memory workspace = memory_of(plan->workspace_bytes());
    fill(source.get(), plan->bytes(Role::source));
    fill(filter.get(), plan->bytes(Role::filter));
    best = std::min(best, time_once(*plan, {.source = source.get(),
                                            .filter = filter.get(),
                                            .destination = destination.get(),
                                            .workspace = workspace.get()}));
  }
  return best;
}

}  // namespace

std::string answer_gemm(const std::string& question, const Device& device) try {
  std::int64_t size = 0;
  const auto [end, failed] =
      std::from_chars(question.data(), question.data() + question.size(), size);
  if (failed != std::errc() || size < 1 || size > 8192)
    return "The question is the size of a matrix.";

  const Backend& blas = backend("blas");
  if (const std::string missing = blas.unavailable(); !missing.empty()) return missing;
  const auto all = all_implementations();
  const auto gemm = std::ranges::find(all, blas.name(), &Implementation::backend);
  if (gemm == all.end()) return "No implementation uses the BLAS.";

  const ConvProblem problem = product(size);
  const Offer offer = (*gemm)->offer(problem, device);
  if (offer.candidates.empty()) return offer.refusals.front().reason;
  const double seconds = fastest(**gemm, problem, device, offer.candidates);

  const auto identity = blas.identity(device);
  const auto core = identity.find("openblas_core");
  return fmt::format("{:.9f} {}", seconds, core == identity.end() ? "unknown" : core->second);
} catch (const Error& error) {
  return error.what();
}

}  // namespace convtune
