// Which configurations differ for a problem, and what each is likely to cost.
#include "offer.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <kernels/alignment.hpp>
#include <kernels/plain_layouts.hpp>

#include "../im2col_gemm.hpp"
#include "work.hpp"

namespace convtune::cublas {
namespace {

/// What a candidate with several images may take of the device's memory.
constexpr std::size_t sensible_part = 4;

/// Algorithms that are raced for a product. How many there are is known on the device only.
constexpr int most_algorithms = 3;

std::string objection(const ConvProblem& problem) {
  const ConvShape& shape = problem.shape();
  const DataType type = shape.source_type;
  if (!is_floating(type)) return "no integers: f64, f32, f16 and bf16 only";
  if (shape.filter_type != type || shape.destination_type != type)
    return "all three tensors must be of one type";
  if (shape.accumulation != usual_accumulation(type)) return "sums are f64 for f64, otherwise f32";
  for (const Layout layout : {shape.source_layout, shape.filter_layout, shape.destination_layout})
    if (layout == Layout::channels_last) return "channels first only";
  return {};
}

/// cuBLAS counts rows, columns and batches in 32 bits in places.
bool sizes_fit(const Product& product) {
  return std::max({product.rows, product.columns, product.depth, product.batches, product.a.row,
                   product.b.row, product.c.row}) <= std::numeric_limits<std::int32_t>::max();
}

std::vector<Configuration> configurations(const ConvProblem& problem) {
  const Work work(problem, {});
  std::vector<Configuration> found{{.images = 1}};
  const std::int64_t images = work.sizes().images;
  if (images < 2 || work.empty() || work.sizes().unshared) return found;
  if (work.bare()) {
    // Without columns only the number of products can differ.
    if (work.over(images) == Work::Over::images) found.push_back({.images = Configuration::all});
    return found;
  }
  for (std::int64_t chunk = 2; chunk < images; chunk *= 2) found.push_back({.images = chunk});
  found.push_back({.images = Configuration::all});
  return found;
}

/// A guess, for the order in which candidates are tried: how long launches take beside the work of
/// a good kernel, and what a product wastes of its tiles on few filters.
double slowdown(const ConvProblem& problem, const Work& work, int algorithm) {
  constexpr double work_per_second = 15e12, launch_seconds = 3e-6;
  constexpr double columns = 2, most = 15;  // below hopeless: nobody has measured it
  constexpr double later = 1.05;            // than the algorithm that is thought to be better
  const cuda::Sizes& sizes = work.sizes();
  const std::int64_t chunks =
      (sizes.images + work.chunk() - 1) / std::max<std::int64_t>(work.chunk(), 1);
  const bool apart = work.over(work.chunk()) == Work::Over::images;
  const std::int64_t products =
      apart ? sizes.groups : work.chunk() * (sizes.unshared ? sizes.groups : 1);
  const double launches = static_cast<double>(chunks * (products + (work.bare() ? 0 : 1)));
  const double good = multiply_accumulates(problem) / work_per_second + launch_seconds;
  const double waste =
      std::max(1.0, 16.0 / static_cast<double>(std::max<std::int64_t>(sizes.filters, 1)));
  const double guess = (work.bare() ? 1 : columns) * waste + launches * launch_seconds / good;
  return std::min(most, guess) * std::pow(later, algorithm);
}

Candidate candidate(const ConvProblem& problem, const Configuration& configuration,
                    const Work& work) {
  Candidate candidate;
  candidate.implementation = im2col_gemm_name;
  candidate.configuration = text(configuration);
  candidate.tags = {"cublas", "gemm", "conv_gemm", "default", std::string(aligned_tag)};
  candidate.workspace_bytes = work.workspace_bytes();
  candidate.deterministic = true;  // every sum has one order, given by the device and the library
  candidate.precision = configuration.tf32 ? Precision::tf32 : Precision::strict;
  candidate.layouts = plain_layouts(problem);
  candidate.slowdown = slowdown(problem, work, configuration.algorithm);
  candidate.unranked = true;  // cuDNN's heuristics do not know it
  return candidate;
}

/// One way to lay out columns, in every precision that there is, by so many algorithms.
void add(const ConvProblem& problem, Configuration each, int algorithms, Offer& offer) {
  const Work work(problem, each);
  const bool rounds = problem->source_type == DataType::f32 && !work.empty();
  for (const bool tf32 : {false, true}) {
    if (tf32 && !rounds) continue;
    each.tf32 = tf32;
    for (each.algorithm = 0; each.algorithm < algorithms; ++each.algorithm)
      offer.candidates.push_back(candidate(problem, each, work));
  }
}

}  // namespace

Offer list_candidates(const ConvProblem& problem, const Device& device) {
  if (std::string reason = objection(problem); !reason.empty()) return Refusal{std::move(reason)};
  Offer offer;
  std::vector<Configuration> offered;
  for (const Configuration& each : configurations(problem)) {
    const Work work(problem, each);
    const bool one = each.images == 1;
    const std::size_t most = one ? device.memory_bytes : device.memory_bytes / sensible_part;
    std::string reason;
    if (!work.empty() && !sizes_fit(work.product(work.chunk())))
      reason = "a matrix of it has 2^31 rows or columns, past cuBLAS";
    else if (work.workspace_bytes() > most)
      reason = "wants " + std::to_string(work.workspace_bytes()) +
               " bytes for columns, more than " + (one ? "" : "a quarter of ") +
               "the device's memory";
    if (reason.empty())
      offered.push_back(each);
    else
      offer.refusals.push_back({.reason = std::move(reason), .configuration = text(each)});
  }
  // The smallest products and the largest: those between would multiply candidates, not variety.
  for (const Configuration& each : offered) {
    const bool outermost = each == offered.front() || each == offered.back();
    add(problem, each, outermost && !Work(problem, each).empty() ? most_algorithms : 1, offer);
  }
  return offer;
}

}  // namespace convtune::cublas
