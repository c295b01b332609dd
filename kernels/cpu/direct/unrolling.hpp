#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <convtune/problem.hpp>

namespace convtune::direct {

/// How many images and output channels a kernel computes together: what it loads once serves them
/// all. "patch" (one of each, more positions instead), "kern4", "batch2.kern3". For the gradient of
/// the weights, which sums over images, it is the filters and the images that are held at a time.
struct Unrolling {
  int images = 1, outputs = 1;
  auto operator<=>(const Unrolling&) const = default;
};

std::string text(const Unrolling& unrolling);
/// Nullopt for what has no kernel.
std::optional<Unrolling> parse_unrolling(std::string_view text);

/// True if it leaves no rest of the batch or of the output channels of a group.
bool divides(const Unrolling& unrolling, const ConvProblem& problem);

/// What is worth a try, each once. One that leaves a rest is lowered to the next of its kind that
/// does not, as Theano's ConvOp does.
std::vector<Unrolling> unrollings(const ConvProblem& problem);

/// Output channels of one group: filters, or for the gradient of the data source channels.
std::int64_t outputs_of_group(const ConvProblem& problem);

}  // namespace convtune::direct
