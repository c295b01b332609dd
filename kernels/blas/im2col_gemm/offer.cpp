// CorrMM and Corr3dMM: copies what the taps read into a matrix of columns, then one matrix product
// a group. Fast with many channels; the columns cost filter-area times the input in memory, less in
// panels, nothing for 1x1 filters.

#include <algorithm>
#include <limits>
#include <string>

#include <convtune/backend.hpp>
#include <convtune/error.hpp>
#include <kernels/plain_layouts.hpp>

#include "../library.hpp"
#include "../shared/core_type.hpp"
#include "plan.hpp"

namespace convtune {

const Backend& blas_backend();

namespace blas {
namespace {

bool one_type(const ConvShape& shape, DataType type) {
  return shape.source_type == type && shape.filter_type == type && shape.destination_type == type &&
         shape.accumulation == type;
}

bool channels_last(const ConvShape& shape) {
  return shape.source_layout == Layout::channels_last ||
         shape.filter_layout == Layout::channels_last ||
         shape.destination_layout == Layout::channels_last;
}

/// CBLAS counts rows and columns in 32 bits.
bool sizes_fit(const Geometry& geometry) {
  const std::int64_t row = geometry.depth() * (geometry.unshared ? geometry.positions : 1);
  return std::max({row, geometry.positions, geometry.filters}) <=
         std::numeric_limits<int>::max() - 64;
}

/// A gemm works on tiles of some 16 x 4 and packs its operands first: how much of that is wasted on
/// a small product. Measured: depthwise 20 to 45.
/// Tiny problems cost their calls and not their waste, and without groups there is one product to
/// waste on: both are worth a try.
double slowdown(const ConvProblem& problem, const Geometry& geometry) {
  if (geometry.unshared) return 2;
  if (multiply_accumulates(problem) < 1e6) return 1;
  const auto waste = [](std::int64_t size, double tile) {
    return std::max(1.0, tile / static_cast<double>(std::max<std::int64_t>(size, 1)));
  };
  const double narrow = waste(geometry.filters, 8);
  const double shallow =
      problem->direction == Direction::backward_data ? 1 : waste(geometry.depth(), 32);
  return problem->groups == 1 ? std::min(narrow * shallow, 10.0) : narrow * shallow;
}

class Im2colGemm final : public Implementation {
 public:
  std::string_view name() const override { return "blas.im2col_gemm"; }
  Tags tags() const override { return {"conv_gemm", "gemm", "default"}; }
  std::string_view summary() const override {
    return "CorrMM: columns of what the filters see, then OpenBLAS products";
  }
  std::string_view backend() const override { return "blas"; }

  Offer offer(const ConvProblem& problem, const Device& device) const override {
    if (device.kind != DeviceKind::cpu) return Refusal{"runs on a CPU only"};
    if (!one_type(problem.shape(), DataType::f32) && !one_type(problem.shape(), DataType::f64))
      return Refusal{"all tensors and the accumulation must be f32, or all f64"};
    if (channels_last(problem.shape())) return Refusal{"channels first only"};
    const Geometry geometry(problem);
    if (!sizes_fit(geometry)) return Refusal{"a matrix of it has 2^31 rows or columns, past CBLAS"};
    if (std::string missing = blas_backend().unavailable(); !missing.empty())
      return Refusal{std::move(missing)};

    const std::size_t element = size_of(problem->source_type);
    const std::string wider(wider_core_type(library().core, device.isa));
    std::vector<Configuration> all = configurations(geometry, problem->direction, device, element);
    const std::size_t usual = wider.empty() || geometry.empty() ? 0 : all.size();
    for (std::size_t i = 0; i < usual; ++i) all.push_back({all[i].columns, all[i].threads, wider});
    std::vector<Candidate> candidates;
    for (const Configuration& one : all) {
      const Blocking blocking(geometry, problem->direction, one, device.threads, element);
      Candidate candidate;
      candidate.implementation = name();
      candidate.configuration = text(one);
      candidate.revision = revision();
      candidate.tags = tags();
      if (one.columns.kind != Columns::Kind::panel) candidate.tags.emplace_back("large");
      candidate.workspace_bytes = blocking.workspace_bytes();
      candidate.deterministic = true;  // every sum has one order, given by the number of threads
      candidate.layouts = plain_layouts(problem);
      candidate.slowdown = slowdown(problem, geometry);
      if (!one.core_type.empty()) {
        candidate.tags.emplace_back(own_process_tag);
        candidate.worker_environment = {"OPENBLAS_CORETYPE=" + one.core_type};
        candidate.notes = "OpenBLAS takes the kernels of " + library().core + " here";
      }
      candidates.push_back(std::move(candidate));
    }
    return candidates;
  }

  std::unique_ptr<Plan> prepare(const ConvProblem& problem, const Candidate& candidate,
                                const Device& device) const override {
    if (std::string missing = blas_backend().unavailable(); !missing.empty())
      throw Error(ErrorCode::environment, missing);
    const auto configuration = parse_configuration(candidate.configuration);
    if (!configuration)
      throw Error(ErrorCode::bad_input,
                  "'" + candidate.configuration + "' is not a configuration of blas.im2col_gemm.");
    if (const std::string& core = configuration->core_type; !core.empty() && core != library().core)
      throw Error(ErrorCode::environment,
                  "OpenBLAS runs the kernels of " + library().core + " in this process: " +
                      text(candidate) + " wants OPENBLAS_CORETYPE=" + core + " before it starts.");
    return im2col_plan(problem, *configuration, device);
  }
};

}  // namespace
}  // namespace blas

const Implementation& blas_im2col_gemm() {
  static const blas::Im2colGemm instance;
  return instance;
}

}  // namespace convtune
