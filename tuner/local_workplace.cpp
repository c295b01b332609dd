// Candidates in this process: the quickest way, and one that a crash takes everything with.
#include <cstdlib>

#include <convtune/error.hpp>

#include "local_trial.hpp"

namespace convtune {
namespace {

bool is_set(const std::string& setting) {
  const std::size_t equals = setting.find('=');
  const char* const value = std::getenv(setting.substr(0, equals).c_str());
  return value != nullptr && equals != std::string::npos && setting.substr(equals + 1) == value;
}

class LocalWorkplace final : public Workplace {
 public:
  explicit LocalWorkplace(const Clock& clock) : clock_(clock) {}

  std::unique_ptr<Trial> prepare(const ConvProblem& problem, const Contender& contender,
                                 const Device& device) override {
    for (const std::string& setting : contender.candidate.worker_environment)
      if (!is_set(setting)) throw TrialLost(Outcome::refused, std::string(wants_a_process));
    return std::make_unique<LocalTrial>(
        contender.implementation->prepare(problem, contender.candidate, device), device, clock_,
        sweep_);
  }
  Memory& memory() override { return own_memory(); }

 private:
  const Clock& clock_;
  std::optional<CacheSweep> sweep_;
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

std::unique_ptr<Workplace> local_workplace(const Clock& clock) {
  return std::make_unique<LocalWorkplace>(clock);
}

}  // namespace convtune
