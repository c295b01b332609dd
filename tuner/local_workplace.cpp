// Candidates in this process: the quickest way, and one that a crash takes everything with.
#include <cstdlib>

#include <convtune/error.hpp>

#include "local_trial.hpp"
#include "trials.hpp"

namespace convtune {
namespace {

bool is_set(const std::string& setting) {
  const std::size_t equals = setting.find('=');
  const char* const value = std::getenv(setting.substr(0, equals).c_str());
  return value != nullptr && equals != std::string::npos && setting.substr(equals + 1) == value;
}

class LocalWorkplace final : public Workplace {
 public:
  LocalWorkplace(const Clock& clock, OpenAccelerator open) : trials_(clock, std::move(open)) {}

  std::unique_ptr<Trial> prepare(const ConvProblem& problem, const Contender& contender,
                                 const Device& device) override {
    for (const std::string& setting : contender.candidate.worker_environment)
      if (!is_set(setting)) throw TrialLost(Outcome::refused, std::string(wants_a_process));
    return trials_.prepare(*contender.implementation, problem, contender.candidate, device);
  }
  Memory& memory() override { return own_memory(); }
  bool announce(const ConvProblem& problem, const Contender& contender,
                const Device& device) override {
    if (device.kind == DeviceKind::cpu) return false;
    for (const std::string& setting : contender.candidate.worker_environment)
      if (!is_set(setting)) return false;
    trials_.announce(*contender.implementation, problem, contender.candidate, device);
    return true;
  }

 private:
  Trials trials_;
};

}  // namespace

double LocalTrial::run(const Buffers& buffers, int calls) {
  Plan& plan = *plan_;
  const double start = clock_.now();
  for (int call = 0; call < calls; ++call) plan.run(buffers);
  return clock_.now() - start;
}

double LocalTrial::run_cold(const Buffers& buffers) {
  if (!sweep_) sweep_.emplace(device_);
  (*sweep_)();
  return run(buffers, 1);
}

double LocalTrial::run_reorder(Role role, const Buffers& buffers) {
  const double start = clock_.now();
  plan_->run_reorder(role, buffers);
  return clock_.now() - start;
}

std::unique_ptr<Workplace> local_workplace(const Clock& clock, OpenAccelerator open) {
  return std::make_unique<LocalWorkplace>(clock, std::move(open));
}

}  // namespace convtune
