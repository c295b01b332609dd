#pragma once

#include <list>
#include <memory>
#include <string>

#include <convtune/implementation.hpp>

#include "rooms.hpp"

namespace convtune {

/// A candidate ready to run one problem.
struct Prepared {
  ConvProblem problem;
  Candidate candidate;
  std::unique_ptr<Plan> plan;
};

/// The plans that an object ran last, so that a network of many layers prepares each once.
class PreparedPlans {
 public:
  explicit PreparedPlans(const Rooms& rooms) : rooms_(rooms) {}

  /// Nullptr if it is not kept.
  Prepared* find(const ConvProblem& problem, const std::string& candidate);

  /// Prepares and keeps it; the one that was used longest ago makes room. Throws Error(no_answer)
  /// with the reason if nobody offers that candidate for that problem.
  Prepared& add(const ConvProblem& problem, const std::string& candidate);

 private:
  const Rooms& rooms_;
  std::list<Prepared> plans_;  // the last one used first
};

}  // namespace convtune
