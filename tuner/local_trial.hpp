#pragma once

#include <memory>
#include <optional>

#include <tuner/workplace.hpp>

#include "cache_sweep.hpp"

namespace convtune {

/// A plan of this process. `sweep` is made when it is first needed, and shared between trials.
class LocalTrial : public Trial {
 public:
  LocalTrial(std::unique_ptr<Plan> plan, const Device& device, const Clock& clock,
             std::optional<CacheSweep>& sweep)
      : plan_(std::move(plan)), device_(device), clock_(clock), sweep_(sweep) {}

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
  double run(const Buffers& buffers, int calls) override;
  double run_cold(const Buffers& buffers) override;
  double run_reorder(Role role, const Buffers& buffers) override;
  void close() override { plan_.reset(); }

 private:
  std::unique_ptr<Plan> plan_;
  Device device_;
  const Clock& clock_;
  std::optional<CacheSweep>& sweep_;
};

}  // namespace convtune
