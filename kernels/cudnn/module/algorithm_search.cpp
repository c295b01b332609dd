#include "algorithm_search.hpp"

#include <algorithm>
#include <set>

namespace convtune::cudnn {
namespace {

std::string name_of(cudnnMathType_t math) {
  switch (math) {
    case CUDNN_DEFAULT_MATH: return "default";
    case CUDNN_TENSOR_OP_MATH: return "tensor_op";
    case CUDNN_TENSOR_OP_MATH_ALLOW_CONVERSION: return "tensor_op_allow_conversion";
    case CUDNN_FMA_MATH: return "fma";
  }
  return std::to_string(static_cast<int>(math));
}

}  // namespace

std::vector<LibrarySearch::Found> search_algorithms(const ConvProblem& problem,
                                                    const Buffers& buffers,
                                                    std::size_t workspace_bytes,
                                                    const AskLegacy& ask) {
  const auto known = static_cast<int>(algorithms(problem->direction).size());
  std::vector<LibrarySearch::Found> all;
  std::set<Algorithm> seen;  // a search under one math type may try others
  for (const cudnnMathType_t math : math_types(problem->source_type))
    for (const Legacy::Timed& each : ask(math).search(buffers, workspace_bytes)) {
      const Algorithm algorithm{problem->direction, each.number, each.math};
      if (each.number < 0 || each.number >= known || !seen.insert(algorithm).second) continue;
      LibrarySearch::Found& found =
          all.emplace_back(LibrarySearch::Found{.configuration = text(algorithm),
                                                .status = each.refusal,
                                                .workspace_bytes = each.workspace_bytes,
                                                .deterministic = each.deterministic,
                                                .math = name_of(each.math)});
      if (each.refusal.empty()) found.seconds = each.seconds;
    }
  std::ranges::stable_sort(all, {}, [](const LibrarySearch::Found& each) {
    return std::pair(!each.seconds, each.seconds.value_or(0));
  });
  return all;
}

}  // namespace convtune::cudnn
