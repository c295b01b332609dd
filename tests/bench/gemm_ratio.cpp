// How close blas.im2col_gemm comes to the bare product: for every layer given, the time of a gemm
// with the same m, n and k over the best candidate's time, in the same rounds on the same threads.
//   OMP_WAIT_POLICY=passive OPENBLAS_CORETYPE=... gemm_ratio [--threads N] [--rounds N]
//   [PROBLEM...]
// Without problems: the layers of ResNet-50 and VGG-19 with 128 channels or more, in f32.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <omp.h>
#include <time.h>
#include <unistd.h>

#include <convtune/problem_list.hpp>
#include <kernels/list.hpp>

#include "blas/im2col_gemm/geometry.hpp"
#include "blas/library.hpp"

namespace {

using namespace convtune;

struct FreeDeleter {
  void operator()(float* memory) const { std::free(memory); }
};
using Floats = std::unique_ptr<float, FreeDeleter>;

Floats floats(std::size_t bytes) {
  const std::size_t rounded = (bytes + 64) / 64 * 64;
  Floats made(static_cast<float*>(std::aligned_alloc(64, rounded)));
  std::minstd_rand random(1);
  for (std::size_t i = 0; i < rounded / sizeof(float); ++i)
    made.get()[i] = static_cast<float>(random()) / static_cast<float>(random.max()) - 0.5F;
  return made;
}

/// With one thread the time that it had a processor, so that other work on the machine disturbs
/// less.
double now(bool one_thread) {
  timespec time{};
  clock_gettime(one_thread ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double seconds_of(const std::function<void()>& call, bool one_thread) {
  const double start = now(one_thread);
  call();
  return now(one_thread) - start;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

/// Something to time, with its samples by round.
struct Entrant {
  std::string name;
  std::function<void()> call;
  std::vector<double> samples = {};
};

/// The product alone, its operands dense and ready: what the columns can at best reach.
std::function<void()> bare_product(const ConvProblem& problem, Floats& a, Floats& b, Floats& c) {
  const blas::Geometry g(problem);
  const int k = static_cast<int>(g.filters), p = static_cast<int>(g.positions),
            d = static_cast<int>(g.depth());
  a = floats(sizeof(float) * static_cast<std::size_t>(k) * static_cast<std::size_t>(d));
  b = floats(sizeof(float) * static_cast<std::size_t>(d) * static_cast<std::size_t>(p));
  c = floats(sizeof(float) * static_cast<std::size_t>(k) * static_cast<std::size_t>(p));
  const auto times = g.images * g.groups;
  const auto gemm = blas::routines<float>().gemm;
  using enum blas::Transpose;
  float *filter = a.get(), *columns = b.get(), *out = c.get();
  return [=, direction = problem->direction] {
    for (std::int64_t i = 0; i < times; ++i) switch (direction) {
        case Direction::forward:
          gemm(blas::row_major, plain, plain, k, p, d, 1, filter, d, columns, p, 0, out, p);
          break;
        case Direction::backward_data:
          gemm(blas::row_major, transposed, plain, d, p, k, 1, filter, d, out, p, 0, columns, p);
          break;
        case Direction::backward_weights:
          gemm(blas::row_major, plain, transposed, k, d, p, 1, out, p, columns, p, 0, filter, d);
          break;
      }
  };
}

/// The ratio of the best candidate, or 0 if there is none.
double report(const ConvProblem& problem, const Device& device, int rounds, bool every) {
  const Implementation& implementation = *find_implementation("blas.im2col_gemm");
  const Offer offer = implementation.offer(problem, device);
  if (offer.candidates.empty()) return 0;

  Floats a, b, c;
  std::vector<Entrant> entrants{{"gemm", bare_product(problem, a, b, c)}};
  const auto source = floats(bytes(problem, Role::source));
  const auto filter = floats(bytes(problem, Role::filter));
  const auto destination = floats(bytes(problem, Role::destination));
  std::size_t most = 0;
  for (const Candidate& candidate : offer.candidates)
    most = std::max(most, candidate.workspace_bytes);
  const auto workspace = floats(most);
  const Buffers buffers{source.get(), filter.get(), destination.get(), nullptr, workspace.get()};
  for (const Candidate& candidate : offer.candidates) {
    std::shared_ptr<Plan> plan = implementation.prepare(problem, candidate, device);
    entrants.push_back({candidate.configuration, [plan, buffers] { plan->run(buffers); }});
  }

  std::vector<std::size_t> order(entrants.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::mt19937 random(1);
  for (Entrant& entrant : entrants) entrant.call();
  for (int round = 0; round < rounds; ++round) {
    std::ranges::shuffle(order, random);
    for (const std::size_t i : order)
      entrants[i].samples.push_back(seconds_of(entrants[i].call, device.threads == 1));
  }

  // Paired by round: what disturbs a round disturbs both.
  const auto ratio = [&](const Entrant& entrant) {
    std::vector<double> ratios;
    for (std::size_t round = 0; round < entrant.samples.size(); ++round)
      ratios.push_back(entrants[0].samples[round] / entrant.samples[round]);
    return median(ratios);
  };
  std::map<double, const Entrant*, std::greater<>> ranked;
  for (std::size_t i = 1; i < entrants.size(); ++i) ranked[ratio(entrants[i])] = &entrants[i];
  const double work = 2 * multiply_accumulates(problem);
  const auto& [best, winner] = *ranked.begin();
  fmt::print("{:<56} {:>8.1f} {:>8.1f} {:>7.3f}  {}\n", text(problem),
             work / median(entrants[0].samples) * 1e-9, work / median(winner->samples) * 1e-9, best,
             winner->name);
  if (every)
    for (const auto& [one, entrant] : ranked) fmt::print("{:>82.3f}  {}\n", one, entrant->name);
  std::fflush(stdout);
  return best;
}

std::vector<ConvProblem> default_problems() {
  std::vector<ConvProblem> problems;
  for (const char* name : {"resnet50", "vgg19"})
    for (const ListedProblem& listed :
         modified(read_source(name), {.batch = 1,
                                      .directions = {},
                                      .type = DataType::f32,
                                      .layout = Layout::channels_first})
             .problems)
      if (listed.problem->in_channels >= 128) problems.push_back(listed.problem);
  return problems;
}

}  // namespace

int main(int count, char** arguments) {
  int threads = 1, rounds = 15;
  bool every = false;
  std::vector<ConvProblem> problems;
  for (int i = 1; i < count; ++i) {
    const std::string argument = arguments[i];
    if (argument == "--threads" && i + 1 < count)
      threads = std::atoi(arguments[++i]);
    else if (argument == "--rounds" && i + 1 < count)
      rounds = std::atoi(arguments[++i]);
    else if (argument == "--every")
      every = true;
    else
      problems.push_back(parse_problem(argument));
  }
  if (problems.empty()) problems = default_problems();
  omp_set_num_threads(threads);
  Device device;
  device.threads = threads;
  if (const long l2 = sysconf(_SC_LEVEL2_CACHE_SIZE); l2 > 0)
    device.l2_bytes = static_cast<std::size_t>(l2);

  const blas::Library& library = blas::library();
  if (!library.problem.empty()) {
    fmt::print(stderr, "{}\n", library.problem);
    return 1;
  }
  fmt::print("OpenBLAS {} {}, {} threads, median of {} rounds of {} time\n", library.version,
             library.core, threads, rounds, threads == 1 ? "processor" : "wall");
  fmt::print("{:<56} {:>8} {:>8} {:>7}  best\n", "problem", "gemm", "GFLOP/s", "ratio");
  double logarithms = 0, worst = 1e9;
  int measured = 0;
  for (const ConvProblem& problem : problems)
    if (const double ratio = report(problem, device, rounds, every); ratio > 0) {
      logarithms += std::log(ratio);
      worst = std::min(worst, ratio);
      ++measured;
    }
  fmt::print("{} layers: geomean {:.3f}, worst {:.3f}\n", measured, std::exp(logarithms / measured),
             worst);
}
