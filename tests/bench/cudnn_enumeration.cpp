// How long cuDNN takes to name every candidate of a list of problems for a GPU that is not here,
// on all threads of this machine.
//
//   cudnn_enumeration [PROBLEMS [DEVICE]]
//
// PROBLEMS is a shape set (deepbench_training unless said) or a file in any grammar that is text;
// each is asked for in three directions, as f32 nchw and as f16 nhwc. DEVICE is h200 unless said.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <vector>

#include <convtune/context.hpp>
#include <convtune/error.hpp>
#include <convtune/problem_list.hpp>
#include <kernels/list.hpp>

using namespace convtune;

namespace {

std::vector<ListedProblem> listed_in(const std::string& name) {
  const std::optional<ShapeSet> set = shape_set(name);
  std::ifstream file(name);
  const std::string content =
      set ? std::string(set->content) : std::string{std::istreambuf_iterator<char>(file), {}};
  std::vector<ListedProblem> listed = read_problems(content, name).problems;
  if (listed.empty()) throw Error(ErrorCode::bad_input, name + " holds no problem.");
  return listed;
}

std::vector<ConvProblem> problems_of(const std::string& name) {
  std::vector<ConvProblem> problems;
  for (const ListedProblem& listed : listed_in(name))
    for (const Direction direction :
         {Direction::forward, Direction::backward_data, Direction::backward_weights})
      for (const DataType type : {DataType::f32, DataType::f16}) {
        ConvShape shape = listed.problem.shape();
        shape.direction = direction;
        shape.source_type = shape.filter_type = shape.destination_type = type;
        shape.source_layout = shape.filter_layout = shape.destination_layout =
            type == DataType::f32 ? Layout::channels_first : Layout::channels_last;
        problems.push_back(ConvProblem::make(shape));
      }
  return problems;
}

}  // namespace

int main(int argc, char** argv) try {
  const Device device = probe_device({.device = argc > 2 ? argv[2] : "h200"});
  const Implementation& engine = *find_implementation("cudnn.engine");
  const std::vector<ConvProblem> problems = problems_of(argc > 1 ? argv[1] : "deepbench_training");
  std::atomic<std::size_t> ranked = 0, unranked = 0, refused = 0;
  const auto start = std::chrono::steady_clock::now();
#pragma omp parallel for schedule(dynamic)
  for (std::size_t i = 0; i < problems.size(); ++i) {
    const Offer offer = engine.offer(problems[i], device);
    for (const Candidate& each : offer.candidates) ++(each.unranked ? unranked : ranked);
    refused += offer.refusals.size();
  }
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
  std::printf(
      "%zu problems: %zu candidates that heuristics name, %zu others, %zu refusals, %.1f s\n",
      problems.size(), ranked.load(), unranked.load(), refused.load(), passed.count());
} catch (const Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
