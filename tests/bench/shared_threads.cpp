// Whether OpenBLAS and oneDNN share one pool of threads: runs of one library alone against the two
// in turns, call by call, in one process, and how many threads the process ends up with. With a
// pool each, every change of library would wait for the other's threads to leave the cores.
//   OMP_WAIT_POLICY=passive shared_threads [--rounds N] [PROBLEM]
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <omp.h>

#include <convtune/statistics.hpp>
#include <kernels/list.hpp>
#include <tuner/buffer.hpp>

namespace {

using namespace convtune;

constexpr int calls_in_a_block = 20;

/// A plan of one library with memory of its own.
struct Player {
  Player(const std::string& name, const ConvProblem& problem, const Device& device) {
    const Implementation& implementation = *find_implementation(name);
    const Offer offer = implementation.offer(problem, device);
    if (offer.candidates.empty()) {
      fmt::print(stderr, "{} refuses: {}\n", name, offer.refusals.front().reason);
      std::exit(1);
    }
    const auto slow = [](const Candidate& each) { return each.slowdown; };
    const Candidate& first = *std::ranges::min_element(offer.candidates, {}, slow);
    plan = implementation.prepare(problem, first, device);
    for (const Role role : {Role::source, Role::filter, Role::destination})
      tensors.emplace_back(plan->bytes(role));
    tensors.emplace_back(plan->workspace_bytes());
    for (Buffer& each : tensors) std::fill_n(static_cast<char*>(each.data()), each.bytes(), 0);
  }

  void run() {
    plan->run({.source = tensors[0].data(),
               .filter = tensors[1].data(),
               .destination = tensors[2].data(),
               .workspace = tensors[3].data()});
  }

  std::unique_ptr<Plan> plan;
  std::vector<Buffer> tensors;
};

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::ptrdiff_t threads_of_this_process() {
  using Entries = std::filesystem::directory_iterator;
  return std::distance(Entries("/proc/self/task"), Entries());
}

}  // namespace

int main(int argc, char** argv) {
  std::string problem_text = "fwd.f32.nchw_n1c128i28x28k128f3x3s1x1p1x1d1x1g1";
  int rounds = 60;
  for (int i = 1; i < argc; ++i)
    if (std::string(argv[i]) == "--rounds" && i + 1 < argc)
      rounds = std::max(1, std::atoi(argv[++i]));
    else
      problem_text = argv[i];
  const ConvProblem problem = parse_problem(problem_text);
  Device device;
  device.threads = omp_get_max_threads();
  device.isa = Isa::avx512;

  Player blas("blas.im2col_gemm", problem, device), onednn("onednn.convolution", problem, device);
  blas.run();
  onednn.run();
  std::vector<double> ratios;
  for (int round = 0; round < rounds; ++round) {
    double apart = 0, in_turns = 0;
    for (const int which : {round % 2, 1 - round % 2}) {
      if (which == 0) {
        apart += seconds_of([&] {
          for (int call = 0; call < calls_in_a_block; ++call) blas.run();
          for (int call = 0; call < calls_in_a_block; ++call) onednn.run();
        });
      } else {
        in_turns += seconds_of([&] {
          for (int call = 0; call < calls_in_a_block; ++call) {
            blas.run();
            onednn.run();
          }
        });
      }
    }
    ratios.push_back(in_turns / apart);
  }
  const auto [low, high] = median_interval(ratios);
  fmt::print("{}, {} OpenMP threads, {} rounds of {} calls each\n", problem_text, device.threads,
             rounds, calls_in_a_block);
  fmt::print("in turns / one after the other: {:.3f} [{:.3f}, {:.3f}]\n", median(ratios), low,
             high);
  fmt::print("threads of this process: {}\n", threads_of_this_process());
}
