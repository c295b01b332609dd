// cudnn.algorithm: what the legacy interface supports on a GPU that is here, as candidates.
#include <map>
#include <mutex>

#include <convtune/error.hpp>

#include "../algorithm.hpp"
#include "algorithm_offer.hpp"
#include "algorithm_plan.hpp"
#include "algorithm_search.hpp"
#include "algorithm_support.hpp"
#include "legacy_handle.hpp"

namespace convtune::cudnn {
namespace {

class LegacyAlgorithm final : public AlgorithmFace {
 public:
  Offer offer(const ConvProblem& problem, const Device& device) const override {
    if (const std::string& missing = legacy_library().problem; !missing.empty())
      return Refusal{missing};
    if (!device.present) return refuse_algorithms(problem);
    if (std::string reason = legacy_objection(problem); !reason.empty())
      return Refusal{std::move(reason)};
    // One handle for each GPU, since making one takes long; it ends with the process, when the
    // driver may be gone already.
    static std::mutex mutex;
    static auto& handles = *new std::map<std::string, LegacyHandle>;
    const std::lock_guard lock(mutex);
    const LegacyHandle& handle = handles.try_emplace(device.id, device).first->second;
    return list_algorithms(problem, [&](cudnnMathType_t math) {
      return Legacy(problem, math, handle.get(), legacy_library().call);
    });
  }

  std::unique_ptr<Plan> prepare(const ConvProblem& problem, const Candidate& candidate,
                                const Device& device) const override {
    const auto algorithm = parse_algorithm(problem->direction, candidate.configuration);
    if (!algorithm)
      throw Error(ErrorCode::bad_input,
                  "'" + candidate.configuration + "' is not a configuration of cudnn.algorithm.");
    if (!device.present)
      throw Error(ErrorCode::environment, convtune::text(candidate) + " needs " + device.name +
                                              " itself, and there is only its description.");
    if (const std::string reason = legacy_objection(problem); !reason.empty())
      throw Error(ErrorCode::bad_input, convtune::text(candidate) + " cannot run " +
                                            convtune::text(problem) + ": " + reason + ".");
    // A handle of its own: plans may run in several threads at once, a handle may not.
    auto handle = std::make_shared<const LegacyHandle>(device);
    Legacy legacy(problem, algorithm->math, handle->get(), legacy_library().call);
    return algorithm_plan(problem, *algorithm, std::move(legacy), std::move(handle));
  }

  std::vector<Found> search(const ConvProblem& problem, const Device& device,
                            const Buffers& buffers, std::size_t workspace_bytes) const override {
    if (!device.present)
      throw Error(ErrorCode::environment,
                  "cudnnFind needs " + device.name + " itself, and there is only its description.");
    if (const std::string reason = legacy_objection(problem); !reason.empty())
      throw Error(ErrorCode::no_answer, "cudnnFind cannot be asked about " +
                                            convtune::text(problem) + ": " + reason + ".");
    const LegacyHandle handle(device);
    return search_algorithms(problem, buffers, workspace_bytes, [&](cudnnMathType_t math) {
      return Legacy(problem, math, handle.get(), legacy_library().call);
    });
  }
};

}  // namespace

const Implementation& algorithm() {
  static const LegacyAlgorithm instance;
  return instance;
}

}  // namespace convtune::cudnn
