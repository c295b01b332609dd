#pragma once

#include <atomic>
#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <convtune/implementation.hpp>
#include <convtune/reference.hpp>
#include <convtune/tensor.hpp>
#include <tuner/clock.hpp>
#include <tuner/tune.hpp>

#include "local_trial.hpp"

namespace convtune::fake {

/// Stands still until somebody moves it.
class HandClock : public Clock {
 public:
  double now() const override { return seconds_; }
  void advance(double seconds) { seconds_ += seconds; }

 private:
  double seconds_ = 1000;
};

/// How a fake candidate behaves. Without anything set it is right and takes no time.
struct Behaviour {
  std::string claims = {};  ///< configuration that the plan says it runs
  std::size_t wants_workspace = 0;
  std::function<double(int)> seconds = {};  ///< a call takes, by the number of calls before it
  std::function<void(int)> before = {};     ///< may throw
  /// Changes the right output of call `call` before it is stored.
  std::function<void(int call, std::vector<double>& output)> spoil = {};
  /// Writes elsewhere.
  std::function<void(int call, const Buffers& buffers)> trespass = {};
  bool stores = true;
};

/// Computes with the reference, in plain layouts, then misbehaves as told.
class FakePlan : public Plan {
 public:
  FakePlan(const ConvProblem& problem, Behaviour behaviour, HandClock* clock)
      : Plan(problem), behaviour_(std::move(behaviour)), clock_(clock) {}

  std::string configuration() const override { return behaviour_.claims; }
  std::size_t workspace_bytes() const override { return behaviour_.wants_workspace; }

  void run(const Buffers& buffers) override {
    const int call = calls_++;
    if (behaviour_.before) behaviour_.before(call);
    const Role output = output_role(problem()->direction);
    void* const held = output == Role::source   ? buffers.source
                       : output == Role::filter ? buffers.filter
                                                : buffers.destination;
    if (behaviour_.stores) {
      std::vector<double> values = compute(buffers, held);
      if (behaviour_.spoil) behaviour_.spoil(call, values);
      std::vector<std::byte> typed(convtune::bytes(problem(), output));
      from_double(values, type_of(problem(), output), typed.data());
      from_plain(problem(), output, typed.data(), held);
    }
    if (behaviour_.trespass) behaviour_.trespass(call, buffers);
    if (clock_ && behaviour_.seconds) clock_->advance(behaviour_.seconds(call));
  }

 private:
  std::vector<double> read(Role role, const void* held) const {
    std::vector<std::byte> plain(convtune::bytes(problem(), role));
    to_plain(problem(), role, held, plain.data());
    std::vector<double> values(static_cast<std::size_t>(elements(problem(), role)));
    to_double(plain.data(), type_of(problem(), role), values);
    return values;
  }

  std::vector<double> compute(const Buffers& buffers, const void* held) const {
    const Role output = output_role(problem()->direction);
    const auto input = [&](Role role, const void* tensor) {
      return role == output && !problem()->accumulate ? std::vector<double>{}
                                                      : read(role, role == output ? held : tensor);
    };
    const auto source = input(Role::source, buffers.source);
    const auto filter = input(Role::filter, buffers.filter);
    const auto destination = input(Role::destination, buffers.destination);
    const auto bias = problem()->bias ? read(Role::bias, buffers.bias) : std::vector<double>{};
    std::vector<ReferenceValue> found(static_cast<std::size_t>(elements(problem(), output)));
    reference(problem(),
              {.source = source.data(),
               .filter = filter.data(),
               .destination = destination.data(),
               .bias = bias.data()},
              0, found);
    std::vector<double> values(found.size());
    for (std::size_t i = 0; i < found.size(); ++i) values[i] = found[i].value;
    return values;
  }

  Behaviour behaviour_;
  HandClock* clock_;
  int calls_ = 0;
};

/// A plan of a test, ready to be checked and timed by the hand clock.
template <class Fake = FakePlan>
class FakeTrial : public LocalTrial {
 public:
  FakeTrial(const ConvProblem& problem, Behaviour behaviour, HandClock* clock)
      : LocalTrial(std::make_unique<Fake>(problem, std::move(behaviour), clock), Device{},
                   clock ? static_cast<const Clock&>(*clock) : steady_clock(), sweep_) {}

  bool apart() const override { return on_a_device; }
  bool on_a_device = false;

 private:
  std::optional<CacheSweep> sweep_;
};

class FakeImplementation : public Implementation {
 public:
  FakeImplementation(std::string name, Behaviour behaviour, HandClock* clock = nullptr)
      : name_(std::move(name)), behaviour_(std::move(behaviour)), clock_(clock) {}

  std::string_view name() const override { return name_; }
  Tags tags() const override { return {"fake"}; }
  std::string_view summary() const override { return "misbehaves on demand"; }
  std::string_view backend() const override { return "fake"; }
  Offer offer(const ConvProblem&, const Device&) const override {
    return std::vector<Candidate>{candidate()};
  }
  std::unique_ptr<Plan> prepare(const ConvProblem& problem, const Candidate&,
                                const Device&) const override {
    ++prepared;
    return std::make_unique<FakePlan>(problem, behaviour_, clock_);
  }

  Candidate candidate() const {
    Candidate candidate;
    candidate.implementation = name_;
    candidate.configuration = behaviour_.claims;
    candidate.workspace_bytes = behaviour_.wants_workspace;
    candidate.deterministic = true;
    return candidate;
  }
  Contender contender() const { return {.implementation = this, .candidate = candidate()}; }

  mutable int prepared = 0;

 private:
  std::string name_;
  Behaviour behaviour_;
  HandClock* clock_;
};

inline std::function<double(int)> always(double seconds) {
  return [seconds](int) { return seconds; };
}

}  // namespace convtune::fake
