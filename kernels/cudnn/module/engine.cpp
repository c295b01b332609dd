// cudnn.engine: what the library supports, as candidates.
#include "../engine.hpp"

#include <map>
#include <mutex>

#include <convtune/error.hpp>

#include "candidates.hpp"
#include "handle.hpp"
#include "plan.hpp"

namespace convtune::cudnn {
namespace {

class Engine final : public EngineFace {
 public:
  Offer offer(const ConvProblem& problem, const Device& device) const override {
    return list_candidates(problem, properties_of(device));
  }

  std::vector<Candidate> neighbours(const ConvProblem& problem, const Device& device,
                                    std::size_t most) const override {
    return list_neighbours(problem, properties_of(device), most);
  }

  std::unique_ptr<Plan> prepare(const ConvProblem& problem, const Candidate& candidate,
                                const Device& device) const override {
    if (device.present) {
      handle(device.id);  // now, and not when somebody looks at the clock
      return engine_plan(problem, candidate.configuration, properties_of(device), device.id);
    }
    throw Error(ErrorCode::environment, text(candidate) + " needs " + device.name +
                                            " itself, and there is only its description.");
  }

 private:
  static Descriptor properties_of(const Device& device) {
    static std::mutex mutex;
    static std::map<std::string, Descriptor> known;
    const std::lock_guard lock(mutex);
    const auto found = known.find(device.properties);
    if (found != known.end()) return found->second;
    return known.emplace(device.properties, device_properties(device.properties)).first->second;
  }
};

}  // namespace

const Implementation& engine() {
  static const Engine instance;
  return instance;
}

}  // namespace convtune::cudnn
