// Stands in for the module of oneDNN: its baseline is right, another candidate aborts, a third
// exits and a fourth wants a variable in its environment.
#include <array>
#include <cstdlib>
#include <stdexcept>

#include <convtune/backend.hpp>
#include <kernels/module.hpp>

#include "fakes.hpp"

namespace convtune {
namespace {

class CrashingBackend final : public Backend {
 public:
  std::string_view name() const override { return "onednn"; }
  std::string unavailable() const override { return {}; }
  std::vector<LibraryVersion> libraries() const override { return {}; }
  std::map<std::string, std::string> identity(const Device&) const override { return {}; }
};

fake::Behaviour behaviour_of(const std::string& configuration) {
  fake::Behaviour behaviour;
  behaviour.claims = configuration;
  behaviour.before = [configuration](int call) {
    if (configuration == "aborts") std::abort();
    if (configuration == "exits" && call == 2) std::_Exit(4);
    if (configuration == "capped" && std::getenv("CONVTUNE_TEST_CAP") == nullptr)
      throw std::runtime_error("the cap is not set");
  };
  return behaviour;
}

class Crashing final : public Implementation {
 public:
  std::string_view name() const override { return "onednn.convolution"; }
  Tags tags() const override { return {"onednn"}; }
  std::string_view summary() const override { return "breaks its process"; }
  std::string_view backend() const override { return "onednn"; }
  Offer offer(const ConvProblem&, const Device&) const override {
    std::vector<Candidate> all;
    for (const char* configuration : {"default", "aborts", "exits", "capped"}) {
      Candidate& candidate = all.emplace_back();
      candidate.implementation = name();
      candidate.configuration = configuration;
      candidate.tags = tags();
      candidate.baseline = candidate.configuration == "default";
    }
    all.back().worker_environment = {"CONVTUNE_TEST_CAP=1"};
    return all;
  }
  std::unique_ptr<Plan> prepare(const ConvProblem& problem, const Candidate& candidate,
                                const Device&) const override {
    return std::make_unique<fake::FakePlan>(problem, behaviour_of(candidate.configuration),
                                            nullptr);
  }
};

}  // namespace
}  // namespace convtune

extern "C" __attribute__((visibility("default"))) const convtune::Module* convtune_module() {
  using namespace convtune;
  static const CrashingBackend backend;
  static const Crashing crashing;
  static const std::array<const Implementation*, 1> implementations{&crashing};
  static const Module module{.backend = &backend,
                             .implementations = implementations.data(),
                             .implementation_count = implementations.size()};
  return &module;
}
