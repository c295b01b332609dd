// What several threads gain over one, beside what products in registers gain in the same rounds.
//   OMP_WAIT_POLICY=passive scaling [--threads N] [--rounds N] [PROBLEM...]
// Without problems: layers that products bound, some for each family. For each of our own families
// that takes a problem: its best candidates on one thread and on N (2 unless said), their
// workspaces, their times, how many times as fast the second is, how many times as many products in
// registers N threads do, and the one divided by the other. Ratios are medians over rounds.
#include <algorithm>
#include <cstdlib>
#include <exception>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <convtune/context.hpp>
#include <convtune/problem.hpp>
#include <convtune/statistics.hpp>
#include <kernels/list.hpp>

#include "products.hpp"
#include "rounds.hpp"

namespace {

using namespace convtune;

const std::map<std::string, std::vector<std::string>> layers = {
    {"cpu.winograd",
     {"n1c64i56x56k64f3x3s1x1p1x1d1x1g1", "n1c128i28x28k128f3x3s1x1p1x1d1x1g1",
      "n1c64i224x224k64f3x3s1x1p1x1d1x1g1", "n1c256i56x56k256f3x3s1x1p1x1d1x1g1",
      "n1c128i112x112k128f3x3s1x1p1x1d1x1g1"}},
    {"cpu.direct_blocked",
     {"n1c3i224x224k64f7x7s2x2p3x3d1x1g1", "n1c128i56x56k128f3x3s2x2p1x1d1x1g1",
      "n1c256i28x28k256f3x3s2x2p1x1d1x1g1", "n1c256i56x56k256f3x3s1x1p1x1d1x1g1"}},
    {"cpu.fft",
     {"n1c64i56x56k64f5x5s1x1p2x2d1x1g1", "n1c64i56x56k64f7x7s1x1p3x3d1x1g1",
      "n1c64i56x56k64f11x11s1x1p5x5d1x1g1"}},
    {"cpu.pointwise",
     {"n1c64i56x56k256f1x1s1x1p0x0d1x1g1", "n1c512i28x28k128f1x1s1x1p0x0d1x1g1",
      "n1c128i112x112k256f1x1s1x1p0x0d1x1g1"}},
};

Entrant best(const std::string& family, const ConvProblem& problem, const Device& device,
             Pool& pool) {
  constexpr int rounds = 5;
  const Implementation& implementation = *find_implementation(family);
  std::vector<Entrant> all;
  for (const Candidate& each : implementation.offer(problem, device).candidates)
    all.push_back(entrant(problem, implementation, each, device, pool));
  if (all.empty()) return {};
  run_rounds(all, rounds);
  const auto time = [](const Entrant& each) { return median(each.seconds); };
  Entrant found = *std::ranges::min_element(all, {}, time);
  found.seconds.clear();
  return found;
}

void tell(const std::string& family, const std::string& shape, const Device& one,
          const Device& several, int rounds) {
  const ConvProblem problem = parse_problem("fwd.f32.nchw_" + shape + "_constw");
  Pool pool;
  std::vector<Entrant> all{best(family, problem, one, pool), best(family, problem, several, pool)};
  if (!all[0].call || !all[1].call) return;
  all.push_back({.name = "products", .call = [&] { multiply(one); }});
  all.push_back({.name = "products", .call = [&] { multiply(several); }});
  run_rounds(all, rounds);
  const double gain = ratio(all[0], all[1]);
  const double products = ratio(all[2], all[3]) * peak_operations(several) / peak_operations(one);
  constexpr double kibibyte = 1024;
  const auto told = [&](const Entrant& each) {
    return fmt::format("{}\t{:.0f}\t{:.1f}", each.name,
                       static_cast<double>(each.workspace_bytes) / kibibyte,
                       1e6 * median(each.seconds));
  };
  fmt::print("{}\t{}\t{}\t{:.2f}\t{:.2f}\t{:.2f}\n", shape, told(all[0]), told(all[1]), gain,
             products, gain / products);
  std::fflush(stdout);
}

}  // namespace

int main(int count, char** arguments) {
  auto [threads, rounds, shapes] = asked(count, arguments, 2);
  const Device one = probe_device({.threads = 1}), several = probe_device({.threads = threads});
  fmt::print("# {}, 1 and {} threads, median of {} rounds\n", one.name, threads, rounds);
  fmt::print("shape\tcandidate\tKiB\tus\tcandidate\tKiB\tus\tgain\tproducts\tpart\n");
  try {
    for (const auto& [family, of_family] : layers)
      for (const std::string& shape : shapes.empty() ? of_family : shapes)
        tell(family, shape, one, several, rounds);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
