#include "problems.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>

#include <omp.h>

namespace convtune::testing_support {
namespace {

constexpr std::array directions{Direction::forward, Direction::backward_data,
                                Direction::backward_weights};

/// Whether a line is only a shape, which stands for all directions and types.
bool bare_shape(const ConvShape& shape) {
  ConvShape plain = shape;
  plain.direction = Direction::forward;
  plain.source_type = plain.filter_type = plain.destination_type = plain.accumulation =
      DataType::f32;
  plain.source_layout = plain.filter_layout = plain.destination_layout = Layout::channels_first;
  plain.constant_weights = plain.bias = plain.relu = plain.accumulate = false;
  return plain == shape;
}

}  // namespace

std::string shapes_folder() {
  return CONVTUNE_SHAPES;
}

std::vector<std::string> shape_files() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(shapes_folder()))
    if (entry.path().extension() == ".txt") names.push_back(entry.path().stem().string());
  std::ranges::sort(names);
  return names;
}

std::vector<ConvProblem> problems_in(const std::string& shape_file) {
  std::ifstream file(shapes_folder() + "/" + shape_file + ".txt");
  if (!file) throw std::runtime_error("no shape file " + shape_file);
  std::vector<ConvProblem> problems;
  for (std::string line; std::getline(file, line);)
    if (!line.empty() && line[0] != '#') problems.push_back(parse_problem(line));
  return problems;
}

std::optional<ConvProblem> with(const ConvProblem& problem, Direction direction, DataType type) {
  ConvShape shape = problem.shape();
  shape.direction = direction;
  shape.source_type = shape.filter_type = shape.destination_type = type;
  shape.accumulation = usual_accumulation(type);
  try {
    return ConvProblem::make(shape);
  } catch (const InvalidProblem&) {
    return std::nullopt;
  }
}

std::vector<ConvProblem> walk(const std::string& shape_file, Thoroughness thoroughness) {
  constexpr std::array others{DataType::f64, DataType::bf16, DataType::f16};
  constexpr std::size_t sparse = 5;  // shares no factor with the numbers of directions and types
  std::vector<ConvProblem> walked;
  const auto add = [&](const ConvProblem& problem, Direction direction, DataType type) {
    if (const auto one = with(problem, direction, type)) walked.push_back(*one);
  };
  std::size_t turn = 0;
  for (const ConvProblem& problem : problems_in(shape_file)) {
    if (!bare_shape(problem.shape())) {
      walked.push_back(problem);
      continue;
    }
    for (const Direction direction : directions) {
      add(problem, direction, DataType::f32);
      if (thoroughness == Thoroughness::full)
        for (const DataType type : others) add(problem, direction, type);
      else if (turn++ % sparse == 0)
        // Three in a row with one type, which are of three directions.
        add(problem, direction, others[turn / (sparse * directions.size()) % others.size()]);
    }
  }
  return walked;
}

Device test_device(int threads) {
  omp_set_num_threads(threads);
  Device device;
  device.threads = threads;
  device.isa = __builtin_cpu_supports("avx512f") ? Isa::avx512
               : __builtin_cpu_supports("avx2")  ? Isa::avx2
                                                 : Isa::generic;
  // Small caches, so that small problems are cut into panels.
  device.l2_bytes = 16 << 10;
  return device;
}

std::vector<Isa> isas() {
  std::vector<Isa> all{Isa::generic};
  const Isa here = test_device(1).isa;
  if (here >= Isa::avx2) all.push_back(Isa::avx2);
  if (here >= Isa::avx512) all.push_back(Isa::avx512);
  return all;
}

std::vector<Device> devices_of_every_isa() {
  std::vector<Device> all;
  for (const int threads : {1, 2})
    for (const Isa isa : isas()) {
      all.push_back(test_device(threads));
      all.back().isa = isa;
    }
  return all;
}

}  // namespace convtune::testing_support
