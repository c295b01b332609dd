// Our own kernels against their peers and against what this machine can do, in the same rounds.
//   OMP_WAIT_POLICY=passive kernels [--threads N] [--rounds N] [PROBLEM...]
// Without problems: layers that each family was written for. For every family that takes a problem:
// its best candidate; the times of oneDNN's best kernel in the layouts that it likes (kernel) and
// of its own choice on the problem's tensors with whatever it converts (default), divided by the
// candidate's; the GFLOP/s that the definition would need for that time, and their part of what
// products in registers reach (peak); and the candidate's time divided by that of a copy of the
// same bytes (copy). So does the row of fftw for a plain FFT library's, where the build found one
// (Debian's libfftw3-dev). Ratios are medians over rounds. The lines are separated by tabs, for
// roofline.py.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <omp.h>

#include <convtune/context.hpp>
#include <convtune/problem.hpp>
#include <convtune/statistics.hpp>
#include <kernels/list.hpp>

#include "fft_library.hpp"
#include "products.hpp"
#include "rounds.hpp"

namespace {

using namespace convtune;

const char* const families[] = {"cpu.winograd",  "cpu.fft",       "cpu.direct_blocked",
                                "cpu.pointwise", "cpu.depthwise", "blas.im2col_gemm"};
const char* const fft_peer = "fftw";

const char* const layers[] = {
    "n1c64i56x56k64f3x3s1x1p1x1d1x1g1",           "n1c128i28x28k128f3x3s1x1p1x1d1x1g1",
    "n1c256i14x14k256f3x3s1x1p1x1d1x1g1",         "n1c512i7x7k512f3x3s1x1p1x1d1x1g1",
    "n1c64i224x224k64f3x3s1x1p1x1d1x1g1",         "n1c512i28x28k512f3x3s1x1p1x1d1x1g1",
    "n1c64i56x56k64f5x5s1x1p2x2d1x1g1",           "n1c64i56x56k64f7x7s1x1p3x3d1x1g1",
    "n1c64i56x56k64f11x11s1x1p5x5d1x1g1",         "n1c192i28x28k64f5x5s1x1p2x2d1x1g1",
    "n1c3i224x224k64f7x7s2x2p3x3d1x1g1",          "n1c3i224x224k32f3x3s2x2p1x1d1x1g1",
    "n1c3i224x224k64f3x3s1x1p1x1d1x1g1",          "n1c128i56x56k128f3x3s2x2p1x1d1x1g1",
    "n1c256i28x28k256f3x3s2x2p1x1d1x1g1",         "n1c64i56x56k256f1x1s1x1p0x0d1x1g1",
    "n1c256i56x56k64f1x1s1x1p0x0d1x1g1",          "n1c512i28x28k128f1x1s1x1p0x0d1x1g1",
    "n1c1024i14x14k256f1x1s1x1p0x0d1x1g1",        "n1c2048i7x7k512f1x1s1x1p0x0d1x1g1",
    "n1c32i112x112k32f3x3s1x1p1x1d1x1g32",        "n1c144i56x56k144f3x3s1x1p1x1d1x1g144",
    "n1c192i28x28k192f3x3s1x1p1x1d1x1g192",       "n1c576i14x14k576f3x3s1x1p1x1d1x1g576",
    "n1c960i7x7k960f3x3s1x1p1x1d1x1g960",         "n1c96i112x112k96f3x3s2x2p1x1d1x1g96",
    "n1c576i14x14k576f3x3s2x2p1x1d1x1g576",       "n1c64i56x56k64f5x5s2x2p2x2d1x1g1",
    "n1c64i8x28x28k64f3x3x3s1x1x1p1x1x1d1x1x1g1",
};

// On one thread, as it is.
void add_fft_library(const ConvProblem& problem, Pool& pool, std::vector<Entrant>& all) {
  const Memory source = pool.tensor(Role::source, bytes(problem, Role::source)),
               filter = pool.tensor(Role::filter, bytes(problem, Role::filter)),
               destination = pool.tensor(Role::destination, bytes(problem, Role::destination));
  const std::shared_ptr<FftLibrary> library =
      fft_library(problem, static_cast<const float*>(filter.get()));
  if (library == nullptr) return;
  all.push_back({fft_peer + std::string("/image"), [=] {
                   library->run(static_cast<const float*>(source.get()),
                                static_cast<float*>(destination.get()));
                 }});
}

void tell(const std::string& shape, const Device& device, int rounds) {
  const ConvProblem problem = parse_problem("fwd.f32.nchw_" + shape + "_constw");
  std::vector<Entrant> all;
  all.push_back({"peak", [&] { multiply(device); }});
  const std::size_t moved = bytes(problem, Role::source) + bytes(problem, Role::filter) +
                            bytes(problem, Role::destination);
  const Memory from = memory(moved / 2), to = memory(moved / 2);
  all.push_back({"copy", [&, from, to] {
                   const std::size_t part = moved / 2 / static_cast<std::size_t>(device.threads);
#pragma omp parallel num_threads(device.threads)
                   {
                     const auto at = static_cast<std::size_t>(omp_get_thread_num()) * part;
                     std::memcpy(static_cast<char*>(to.get()) + at,
                                 static_cast<const char*>(from.get()) + at, part);
                   }
                 }});
  Pool pool;
  const auto add = [&](const char* name, const ConvProblem& asked) {
    const Implementation* const found = find_implementation(name);
    if (found == nullptr) return;
    for (const Candidate& each : found->offer(asked, device).candidates)
      if (each.worker_environment.empty() && each.slowdown < hopeless_slowdown)
        all.push_back(entrant(asked, *found, each, device, pool));
  };
  add("onednn.convolution", problem);
  const std::size_t converting = all.size();
  ConvShape any = problem.shape();
  any.source_layout = any.filter_layout = any.destination_layout = Layout::any;
  add("onednn.convolution", ConvProblem::make(any));
  const std::size_t ours = all.size();
  if (converting == 2 || ours == converting)
    throw std::runtime_error("oneDNN, with which all is compared, has nothing for " + shape);
  for (const char* const family : families) add(family, problem);
  add_fft_library(problem, pool, all);
  run_rounds(all, rounds);

  const auto usual =
      std::ranges::find(all, std::string("onednn.convolution/default"), &Entrant::name);
  const auto faster = [](const Entrant& a, const Entrant& b) {
    return median(a.seconds) < median(b.seconds);
  };
  const auto native = std::min_element(all.begin() + static_cast<std::ptrdiff_t>(converting),
                                       all.begin() + static_cast<std::ptrdiff_t>(ours), faster);
  const double operations = 2 * multiply_accumulates(problem);
  std::vector<const char*> told(std::begin(families), std::end(families));
  told.push_back(fft_peer);
  for (const char* const family : told) {
    std::vector<Entrant> own;
    for (std::size_t i = ours; i < all.size(); ++i)
      if (all[i].name.starts_with(family + std::string("/"))) own.push_back(all[i]);
    if (own.empty()) continue;
    const Entrant& best = *std::ranges::min_element(own, faster);
    const double seconds = median(best.seconds);
    const double of_peak = operations / peak_operations(device) * ratio(all[0], best);
    fmt::print("{}\t{}\t{:.1f}\t{:.1f}\t{:.2f}\t{:.2f}\t{:.2f}\t{:.2f}\t{:.2f}\n", shape, best.name,
               1e6 * seconds, 1e-9 * operations / seconds, of_peak, 1 / ratio(all[1], best),
               operations / static_cast<double>(moved), ratio(*native, best), ratio(*usual, best));
  }
  std::fflush(stdout);
}

}  // namespace

int main(int count, char** arguments) {
  auto [threads, rounds, shapes] = asked(count, arguments, 1);
  if (shapes.empty()) shapes.assign(std::begin(layers), std::end(layers));
  const Device device = probe_device({.threads = threads});
  omp_set_num_threads(threads);
  Entrant peak{"peak", [&] { multiply(device); }};
  peak.prepare();
  double fastest = peak.timed();
  for (int i = 0; i < rounds; ++i) fastest = std::min(fastest, peak.timed());
  fmt::print("# {}, {} threads, products in registers {:.0f} GFLOP/s, median of {} rounds\n",
             device.name, threads, 1e-9 * peak_operations(device) / fastest, rounds);
  fmt::print("shape\tcandidate\tus\tGFLOP/s\tpeak\tcopy\tFLOP/byte\tkernel\tdefault\n");
  try {
    for (const std::string& shape : shapes) tell(shape, device, rounds);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
