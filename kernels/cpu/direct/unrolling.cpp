#include "unrolling.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "kernels.hpp"

namespace convtune::direct {
namespace {

constexpr std::string_view batch = "batch", kern = "kern", patch = "patch";

// One image with few and many filters, a small block of both, and the two that were fastest in
// ConvOp's own table, for valid and for full convolutions.
constexpr std::array<Unrolling, 6> tried{{{1, 1}, {1, 4}, {1, 10}, {2, 4}, {3, 3}, {5, 2}}};

int lowered(int factor, std::int64_t size) {
  while (factor > 1 && (size % factor != 0 || !has_kernel({1, factor}))) --factor;
  return factor;
}

// "kern4" -> 4, also as the start of something longer; nullopt if `text` does not start like that.
std::optional<int> take(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return std::nullopt;
  int number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + word.size(), end, number);
  if (error != std::errc{}) return std::nullopt;
  text = {rest, static_cast<std::size_t>(end - rest)};
  return number;
}

}  // namespace

std::string text(const Unrolling& unrolling) {
  if (unrolling == Unrolling{}) return std::string(patch);
  std::string outputs = std::string(kern) + std::to_string(unrolling.outputs);
  if (unrolling.images == 1) return outputs;
  return std::string(batch) + std::to_string(unrolling.images) + "." + outputs;
}

std::optional<Unrolling> parse_unrolling(std::string_view word) {
  if (word == patch) return Unrolling{};
  Unrolling read;
  std::string_view rest = word;
  if (const auto images = take(rest, batch)) {
    read.images = *images;
    if (!rest.starts_with('.')) return std::nullopt;
    rest.remove_prefix(1);
  }
  const auto outputs = take(rest, kern);
  if (!outputs || !rest.empty()) return std::nullopt;
  read.outputs = *outputs;
  if (!has_kernel(read) || text(read) != word) return std::nullopt;
  return read;
}

std::int64_t outputs_of_group(const ConvProblem& problem) {
  const bool to_source = problem->direction == Direction::backward_data;
  return (to_source ? problem->in_channels : problem->out_channels) / problem->groups;
}

bool divides(const Unrolling& unrolling, const ConvProblem& problem) {
  return problem->batch % unrolling.images == 0 &&
         outputs_of_group(problem) % unrolling.outputs == 0;
}

std::vector<Unrolling> unrollings(const ConvProblem& problem) {
  std::vector<Unrolling> found;
  for (const Unrolling& one : tried) {
    const Unrolling fits{lowered(one.images, problem->batch),
                         lowered(one.outputs, outputs_of_group(problem))};
    if (std::ranges::find(found, fits) == found.end()) found.push_back(fits);
  }
  return found;
}

}  // namespace convtune::direct
