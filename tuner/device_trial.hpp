#pragma once

#include <memory>
#include <vector>

#include <convtune/accelerator.hpp>
#include <tuner/workplace.hpp>

#include "mirror.hpp"

namespace convtune {

/// A device with memory of its own, open for one workplace.
struct OpenDevice {
  explicit OpenDevice(std::unique_ptr<Accelerator> opened)
      : accelerator(std::move(opened)), mirror(*accelerator) {}
  std::unique_ptr<Accelerator> accelerator;
  Mirror mirror;
  int trials = 0;  ///< that there are now
};

/// A plan that runs on such a device: buffers are those of this process, and the device works on
/// its copies of them. `device` must outlive it.
class DeviceTrial final : public Trial {
 public:
  DeviceTrial(std::unique_ptr<Plan> plan, double built_seconds, OpenDevice& device)
      : plan_(std::move(plan)), built_seconds_(built_seconds), device_(device) {
    ++device_.trials;
  }
  /// The last one leaves the device's memory to others.
  ~DeviceTrial() override;

  std::string configuration() const override { return plan_->configuration(); }
  std::size_t workspace_bytes() const override { return plan_->workspace_bytes(); }
  Layouts layouts() const override { return plan_->layouts(); }
  std::size_t bytes(Role role) const override { return plan_->bytes(role); }
  bool reorders(Role role) const override { return plan_->reorders(role); }
  void load(Role role, const void* plain, void* buffer) override {
    plan_->load(role, plain, buffer);
  }
  void unload(Role role, const void* buffer, void* plain) override {
    plan_->unload(role, buffer, plain);
  }
  double built_seconds() const override { return built_seconds_; }
  bool apart() const override { return true; }
  void upload(const Buffers& buffers) override;
  void poison(const Buffers& buffers) override;
  void download(const Buffers& buffers) override;
  double run(const Buffers& buffers, int calls) override;
  double run_cold(const Buffers& buffers) override;
  Pace pace() const override { return pace_; }
  /// 0: on a device what a conversion takes alone is not asked.
  double run_reorder(Role, const Buffers&) override { return 0; }
  void close() override { plan_.reset(); }

 private:
  std::vector<Mirror::Piece> tensors(const Buffers& buffers) const;
  Mirror::Piece workspace(const Buffers& buffers) const;
  Buffers on_device(const Buffers& buffers);
  double told(const Accelerator::Elapsed& elapsed);

  std::unique_ptr<Plan> plan_;
  double built_seconds_;
  OpenDevice& device_;
  Pace pace_;
};

}  // namespace convtune
