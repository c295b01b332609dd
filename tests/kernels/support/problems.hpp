#pragma once

#include <optional>
#include <string>
#include <vector>

#include <convtune/device.hpp>
#include <convtune/problem.hpp>

namespace convtune::testing_support {

/// Where tests/shapes lies.
std::string shapes_folder();

/// The names of the shape files, without folder and ending, sorted.
std::vector<std::string> shape_files();

/// The problems of one of them: canonical text, one a line, '#' comments.
std::vector<ConvProblem> problems_in(const std::string& shape_file);

/// The problem with another direction, or with all four types those that go with `type`. Leaves
/// out nothing silently: what does not exist (a weight gradient with constant weights) is nullopt.
std::optional<ConvProblem> with(const ConvProblem& problem, Direction direction, DataType type);

/// How much of the product of shapes, directions and types is walked.
enum class Thoroughness {
  usual,  ///< every shape and direction in f32, and every fifth of them in f64, bf16 or f16 in turn
  full,   ///< every shape, direction and type
};

/// The problems of a shape file; as written where a line says more than a shape.
std::vector<ConvProblem> walk(const std::string& shape_file, Thoroughness thoroughness);

/// The CPU under the tests, with `threads`; sets OpenMP to as many.
Device test_device(int threads);

/// The instruction sets that it has.
std::vector<Isa> isas();

/// It with 1 and with 2 threads and each of these forced.
std::vector<Device> devices_of_every_isa();

}  // namespace convtune::testing_support
