#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include <convtune/implementation.hpp>

namespace convtune::cpu {

/// A family of our own kernels: what all of them say in the same way. Every sum has one order, so
/// that results do not depend on threads.
class Family : public Implementation {
 public:
  std::string_view backend() const final { return "cpu"; }
  Offer offer(const ConvProblem& problem, const Device& device) const final;
  std::unique_ptr<Plan> prepare(const ConvProblem& problem, const Candidate& candidate,
                                const Device& device) const final;

 protected:
  using PlanOrReason = std::variant<std::unique_ptr<Plan>, std::string>;

  /// Why it does not take a problem; empty: it does.
  virtual std::string objection(const ConvProblem& problem) const = 0;
  /// Candidates and refusals of a problem that it takes.
  virtual Offer offer_taken(const ConvProblem& problem, const Device& device) const = 0;
  /// The plan of a configuration, or why there is none, for a problem that it takes.
  virtual PlanOrReason plan(const ConvProblem& problem, std::string_view configuration,
                            const Device& device) const = 0;

  /// One of nchw tensors and exact sums, unless its maker says otherwise.
  Candidate candidate(const ConvProblem& problem, std::string configuration,
                      std::size_t workspace_bytes, double slowdown) const;

  static PlanOrReason no_such_configuration() { return "there is no such configuration"; }
};

}  // namespace convtune::cpu
