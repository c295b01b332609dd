// 1x1 convolutions in nchw: products of a matrix of filters with inputs as they lie.
#include <algorithm>

#include "../shared/family.hpp"
#include "../shared/lanes.hpp"
#include "../shared/packed_plan.hpp"
#include "../shared/pixel_tile.hpp"
#include "../shared/plain_forward.hpp"
#include "../shared/tile_gemm.hpp"
#include "geometry.hpp"
#include "plan.hpp"

namespace convtune {
namespace pointwise {
namespace {

std::string objection(const ConvProblem& problem) {
  if (std::string reason = cpu::objection_to_plain_forward(problem); !reason.empty()) return reason;
  if (!is_pointwise(problem)) return "filters must have one tap";
  if (problem->in_channels == 0) return "there are no channels to sum";
  return {};
}

int lanes_of(const ConvProblem& problem, const Device& device) {
  return cpu::vector_bytes(device.isa) / static_cast<int>(size_of(problem->source_type));
}

bool exists(const ConvProblem& problem, const Configuration& c, const Device& device) {
  if (c.form == Form::pixels)
    return (c.rows == 4 || c.rows == 6 || c.rows == 8) &&
           c.vectors <= cpu::most_pixel_vectors(device.isa, c.rows) &&
           pixels_of(problem) >= lanes_of(problem, device);
  return (c.vectors == 1 || c.vectors == 2 || c.vectors == 4) &&
         c.rows <= cpu::largest_tile(device.isa, c.vectors).rows;
}

std::vector<Configuration> configurations(const ConvProblem& problem, const Device& device) {
  std::vector<Configuration> all;
  const auto add = [&](const Configuration& c) {
    if (exists(problem, c, device) && std::ranges::find(all, c) == all.end()) all.push_back(c);
  };
  for (const int rows : {8, 6, 4})
    for (const int fewer : {0, 1}) {
      const int vectors = cpu::most_pixel_vectors(device.isa, rows) - fewer;
      if (vectors < 1 || (fewer > 0 && rows != 8)) continue;
      for (const std::int64_t block : {128, 512})
        if (block == 128 || rows == 8)
          add({.form = Form::pixels, .rows = rows, .vectors = vectors, .block = block});
    }
  const std::int64_t filters = problem->out_channels / problem->groups;
  const std::int64_t lanes = lanes_of(problem, device), pixels = pixels_of(problem);
  for (const int vectors : {2, 4, 1}) {
    if (vectors * lanes >= 2 * std::max(filters, lanes)) continue;
    const cpu::RegisterTile largest = cpu::largest_tile(device.isa, vectors);
    int rows = largest.rows;
    const auto groups = [&](int together) { return (pixels + together - 1) / together; };
    while (rows > 1 && groups(rows - 1) == groups(largest.rows)) --rows;
    for (const std::int64_t shared : {0, 1})
      if (shared == 0 || device.threads > 1)
        add({.form = Form::channels, .rows = rows, .vectors = vectors, .block = shared});
  }
  return all;
}

class Pointwise final : public cpu::Family {
 public:
  std::string_view name() const override { return "cpu.pointwise"; }
  Tags tags() const override { return {"direct"}; }
  std::string_view summary() const override {
    return "1x1 convolutions: inputs are read where they lie in nchw, strided ones gathered";
  }

 private:
  std::string objection(const ConvProblem& problem) const override {
    return pointwise::objection(problem);
  }

  Offer offer_taken(const ConvProblem& problem, const Device& device) const override {
    constexpr std::int64_t large = 784;  // pixels from which rows of the output are long
    std::vector<Candidate> candidates;
    for (const Configuration& c : configurations(problem, device)) {
      const bool fits = (pixels_of(problem) >= large) == (c.form == Form::pixels);
      candidates.push_back(
          candidate(problem, text(c), workspace_bytes(problem, c, device), fits ? 1 : 1.2));
      candidates.back().layouts = cpu::packed_layouts(problem);
    }
    if (candidates.empty()) return Refusal{"there is nothing to compute"};
    return candidates;
  }

  PlanOrReason plan(const ConvProblem& problem, std::string_view configuration,
                    const Device& device) const override {
    const auto c = parse_configuration(configuration);
    if (!c || !exists(problem, *c, device)) return no_such_configuration();
    return pointwise_plan(problem, *c, device);
  }
};

}  // namespace
}  // namespace pointwise

const Implementation& cpu_pointwise() {
  static const pointwise::Pointwise instance;
  return instance;
}

}  // namespace convtune
