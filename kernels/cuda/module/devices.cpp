#include "devices.hpp"

#include <convtune/error.hpp>

#include "accelerator.hpp"
#include "plane_copy.hpp"

namespace convtune::cuda {
namespace {

class Gpus final : public Accelerators {
 public:
  Gpus() {
    try {
      devices_ = runtime().devices();
      if (devices_.empty()) why_none_ = "the driver of NVIDIA sees no GPU";
    } catch (const Error& error) {
      why_none_ = error.what();
    }
  }

  std::vector<Device> devices() const override { return devices_; }
  std::string why_none() const override { return why_none_; }
  std::unique_ptr<Accelerator> open(const Device& device) const override {
    if (devices_.empty()) throw Error(ErrorCode::environment, why_none_);
    return make_accelerator(device, runtime());
  }
  void copy(const PlaneCopy& copy, void* queue) const override { copy_planes(copy, queue); }

 private:
  std::vector<Device> devices_;
  std::string why_none_;
};

}  // namespace

const Accelerators& gpus() {
  static const Gpus instance;
  return instance;
}

}  // namespace convtune::cuda
