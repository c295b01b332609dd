// Stands in for the module convtune_cuda on a machine with a GPU, which it makes up. Of libraries
// it has cuDNN's legacy interface alone.
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <convtune/error.hpp>
#include <kernels/module.hpp>

#include "../../../kernels/cudnn/algorithm.hpp"
#include "../../../kernels/cudnn/engine.hpp"
#include "../../tuner/fake_accelerator.hpp"

namespace convtune {
namespace {

class Gpus final : public Accelerators {
 public:
  std::vector<Device> devices() const override {
    std::ifstream file(H200_PROPERTIES);
    Device device;
    device.kind = DeviceKind::cuda;
    device.id = "cuda:0";
    device.name = "NVIDIA Double";
    device.l2_bytes = std::size_t{60} << 20;
    device.l3_bytes = 0;
    device.memory_bytes = std::size_t{1} << 30;
    device.properties = std::string(std::istreambuf_iterator<char>(file), {});
    device.serial = "GPU-1";
    device.driver = "13.0";
    return {device};
  }
  std::string why_none() const override { return {}; }
  std::unique_ptr<Accelerator> open(const Device& device) const override {
    return std::make_unique<fake::FakeAccelerator>(device.memory_bytes);
  }
  void copy(const PlaneCopy&, void*) const override {
    throw Error(ErrorCode::environment, "Nothing runs on a double of a GPU.");
  }
};

class Cudnn final : public Backend {
 public:
  std::string_view name() const override { return "cudnn"; }
  std::string unavailable() const override { return {}; }
  std::vector<LibraryVersion> libraries() const override { return {}; }
  std::map<std::string, std::string> identity(const Device&) const override { return {}; }
};

std::unique_ptr<Plan> nothing_to_run() {
  throw Error(ErrorCode::environment, "Nothing runs on a double of a GPU.");
}

class Engine final : public cudnn::EngineFace {
 public:
  // That of a module that was built with another program, where a test wants it.
  int revision() const override {
    const char* const another = std::getenv("FAKE_ENGINE_REVISION");
    return another ? std::atoi(another) : EngineFace::revision();
  }
  Offer offer(const ConvProblem&, const Device&) const override {
    return Refusal{"has no engines here"};
  }
  std::unique_ptr<Plan> prepare(const ConvProblem&, const Candidate&,
                                const Device&) const override {
    return nothing_to_run();
  }
};

class Algorithm final : public cudnn::AlgorithmFace {
 public:
  Offer offer(const ConvProblem&, const Device&) const override {
    Candidate small;
    small.implementation = name();
    small.configuration = "small";
    small.tags = tags();
    return std::vector{small};
  }
  std::unique_ptr<Plan> prepare(const ConvProblem&, const Candidate&,
                                const Device&) const override {
    return nothing_to_run();
  }
  std::vector<Found> search(const ConvProblem&, const Device&, const Buffers&,
                            std::size_t workspace_bytes) const override {
    return {{.configuration = "small",
             .seconds = 2e-3,
             .workspace_bytes = workspace_bytes,
             .math = "default"},
            {.configuration = "fft", .status = "NOT_SUPPORTED"}};
  }
};

}  // namespace
}  // namespace convtune

CONVTUNE_MODULE_ENTRY const convtune::Module* convtune_module() {
  static const convtune::Gpus gpus;
  static const convtune::Cudnn cudnn;
  static const convtune::Engine engine;
  static const convtune::Algorithm algorithm;
  static const std::array<const convtune::Implementation*, 2> implementations{&engine, &algorithm};
  static const convtune::Module module{.version = "test",
                                       .backend = &cudnn,
                                       .implementations = implementations.data(),
                                       .implementation_count = implementations.size(),
                                       .accelerators = &gpus};
  return &module;
}
