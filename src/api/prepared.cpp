#include "prepared.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <convtune/error.hpp>

#include "offers.hpp"

namespace convtune {
namespace {

constexpr std::size_t most_plans = 256;

/// Why `candidate` is not on offer: what its implementation says.
std::string refusal_of(const std::string& candidate, const Offers& offers) {
  for (const Listing::Refused& refused : offers.refusals) {
    const bool whole = refused.configuration.empty();
    if (whole ? candidate.starts_with(refused.implementation)
              : candidate == refused.implementation + "/" + refused.configuration)
      return refused.reason;
  }
  return "it is not offered for that problem";
}

}  // namespace

Prepared* PreparedPlans::find(const ConvProblem& problem, const std::string& candidate) {
  const auto found = std::ranges::find_if(plans_, [&](const Prepared& each) {
    return each.problem == problem && text(each.candidate) == candidate;
  });
  if (found == plans_.end()) return nullptr;
  plans_.splice(plans_.begin(), plans_, found);
  return &plans_.front();
}

Prepared& PreparedPlans::add(const ConvProblem& problem, const std::string& candidate) {
  const Offers offers = offers_for(problem, rooms_);
  const auto found = std::ranges::find_if(
      offers.contenders, [&](const Contender& each) { return text(each.candidate) == candidate; });
  if (found == offers.contenders.end())
    throw Error(ErrorCode::no_answer, fmt::format("{} does not take {}: {}.", candidate,
                                                  text(problem), refusal_of(candidate, offers)));
  plans_.push_front({problem, found->candidate,
                     found->implementation->prepare(problem, found->candidate, rooms_.device)});
  if (plans_.size() > most_plans) plans_.pop_back();
  return plans_.front();
}

}  // namespace convtune
