#include "algorithm_support.hpp"

#include <algorithm>
#include <limits>
#include <span>

#include "graph.hpp"

namespace convtune::cudnn {
namespace {

// Types of tensors and of sums, as Theano's table names them.
constexpr char true_half = 'T', pseudo_half = 'P', single = 'F', twice = 'D', none_of_them = '?';

char letter(const ConvShape& shape) {
  if (shape.filter_type != shape.source_type || shape.destination_type != shape.source_type)
    return none_of_them;
  const bool sums_in_f32 = shape.accumulation == DataType::f32;
  switch (shape.source_type) {
    case DataType::f16:
      if (shape.accumulation == DataType::f16) return true_half;
      return sums_in_f32 ? pseudo_half : none_of_them;
    case DataType::f32: return sums_in_f32 ? single : none_of_them;
    case DataType::f64: return shape.accumulation == DataType::f64 ? twice : none_of_them;
    default: return none_of_them;
  }
}

std::string words(char types) {
  switch (types) {
    case true_half: return "f16 with sums in f16";
    case pseudo_half: return "f16 with sums in f32";
    case single: return "f32";
    default: return "f64";
  }
}

/// The types that an algorithm takes with up to two spatial axes, and with three.
struct Row {
  Direction direction;
  int number;
  std::string_view flat, deep;
};
constexpr Row table[] = {
    {Direction::forward, 0, "PFD", "PFD"},
    {Direction::forward, 1, "TPFD", "PFD"},
    {Direction::forward, 2, "PFD", ""},
    {Direction::forward, 3, "", ""},
    {Direction::forward, 4, "PF", ""},
    {Direction::forward, 5, "PFD", "PFD"},
    {Direction::forward, 6, "PF", ""},
    {Direction::forward, 7, "TPF", ""},
    {Direction::backward_data, 0, "PFD", "PFD"},
    {Direction::backward_data, 1, "PFD", "PFD"},
    {Direction::backward_data, 2, "PF", ""},
    {Direction::backward_data, 3, "PFD", "PFD"},
    {Direction::backward_data, 4, "PF", ""},
    {Direction::backward_data, 5, "PF", ""},
    {Direction::backward_weights, 0, "PFD", "PFD"},
    {Direction::backward_weights, 1, "PFD", ""},
    {Direction::backward_weights, 2, "PF", ""},
    {Direction::backward_weights, 3, "PFD", "PFD"},
    {Direction::backward_weights, 4, "", ""},
    {Direction::backward_weights, 5, "PF", ""},
    {Direction::backward_weights, 6, "PFD", ""},
};

const Row& row_of(const Algorithm& algorithm) {
  return *std::ranges::find_if(table, [&](const Row& row) {
    return row.direction == algorithm.direction && row.number == algorithm.number;
  });
}

bool strided(const ConvShape& shape) {
  return std::ranges::any_of(shape.axes(), [](const Axis& axis) { return axis.stride != 1; });
}
bool longer_than_1024(const ConvShape& shape) {
  return std::ranges::any_of(shape.axes(), [](const Axis& axis) { return axis.in > 1024; });
}
bool point(const ConvShape& shape) {
  return std::ranges::all_of(shape.axes(), [](const Axis& axis) { return axis.filter == 1; });
}
bool no_line(const ConvShape& shape) {
  return shape.rank > 1 &&
         std::ranges::none_of(shape.axes(), [](const Axis& axis) { return axis.filter == 1; });
}
bool five_by_five(const ConvShape& shape) {
  return shape.rank == 2 &&
         std::ranges::all_of(shape.axes(), [](const Axis& axis) { return axis.filter == 5; });
}
bool more_than_65536_images(const ConvShape& shape) {
  return shape.batch > 65536;
}

/// Where an algorithm of that name is kept from what it would take by the table.
struct Rule {
  std::string_view name;
  std::string_view types, directions;  ///< letters; directions f, d and w
  bool flat, deep;
  bool (*breaks)(const ConvShape&);
  const char* reason;
};
constexpr Rule rules[] = {
    {"fft", "TPFD", "fdw", true, false, strided, "it takes stride 1 only"},
    {"fft", "TPFD", "fdw", true, false, longer_than_1024, "it takes images of up to 1024 a side"},
    {"fft", "TPFD", "fdw", true, false, point, "it takes no 1x1 filters"},
    {"fft_tiling", "TPFD", "fd", true, false, strided, "it takes stride 1 only"},
    {"fft_tiling", "D", "fdw", true, false, no_line,
     "it takes f64 only with filters of size 1 along one axis"},
    {"winograd_non_fused", "T", "f", true, false, five_by_five,
     "it takes no 5x5 filters with sums in f16"},
    {"small", "TPFD", "f", false, true, more_than_65536_images,
     "its results for more than 65536 images of three axes were wrong"},
};

char letter(Direction direction) {
  switch (direction) {
    case Direction::forward: break;
    case Direction::backward_data: return 'd';
    case Direction::backward_weights: return 'w';
  }
  return 'f';
}

bool fits_an_int(const ConvProblem& problem) {
  constexpr std::int64_t most = std::numeric_limits<int>::max();
  for (const Role role : {Role::source, Role::filter, Role::destination}) {
    const auto sizes = extents(problem, role);
    // The stride of the outermost axis is the largest number of a descriptor.
    if (elements(problem, role) / sizes.front() > most || std::ranges::max(sizes) > most)
      return false;
  }
  return std::ranges::all_of(problem->axes(), [](const Axis& axis) {
    return std::max({axis.pad_left, axis.stride, axis.dilation}) <= most;
  });
}

}  // namespace

std::string legacy_objection(const ConvProblem& problem) {
  if (std::string reason = cudnn::objection(problem); !reason.empty()) return reason;
  if (problem->bias || problem->relu)
    return "the legacy algorithms are tried without bias and relu only";
  if (std::ranges::any_of(problem->axes(),
                          [](const Axis& axis) { return axis.pad_left != axis.pad_right; }))
    return "a legacy descriptor has one padding for both ends of an axis";
  if (letter(problem.shape()) == none_of_them)
    return "Theano's algorithms take f16, f32 and f64 in all tensors, sums in the same type or, "
           "for f16, in f32";
  if (!fits_an_int(problem)) return "legacy descriptors hold sizes and strides below 2^31";
  return {};
}

std::string objection(const Algorithm& algorithm, const ConvProblem& problem) {
  const ConvShape& shape = problem.shape();
  const bool deep = shape.rank == 3;
  const Row& row = row_of(algorithm);
  if (row.flat.empty()) return "cuDNN names it and has no version that was seen to run it";
  const std::string_view types = deep ? row.deep : row.flat;
  if (types.empty()) return "it takes no problems of three spatial axes";
  const char type = letter(shape);
  if (types.find(type) == std::string_view::npos)
    return "it does not take " + words(type) +
           (row.flat.find(type) == std::string_view::npos ? "" : " with three spatial axes");
  for (const Rule& rule : rules)
    if (rule.name == facts(algorithm).name && (deep ? rule.deep : rule.flat) &&
        rule.types.find(type) != std::string_view::npos &&
        rule.directions.find(letter(algorithm.direction)) != std::string_view::npos &&
        rule.breaks(shape))
      return rule.reason;
  return {};
}

}  // namespace convtune::cudnn
