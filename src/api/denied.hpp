#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include <convtune/store.hpp>

#include "offers.hpp"

namespace convtune {

/// True for what withhold() put among Offers::denied.
bool is_denied(const Listing::Refused& refused);

/// Which candidates the denylists keep out: not offered, not timed, never an answer.
class Denied {
 public:
  Denied() = default;
  /// The denials of `stores` that are in force; nullptr is passed over. A store that fails denies
  /// nothing, which becomes a sentence in `warnings`.
  Denied(std::span<const Store* const> stores, std::vector<std::string>& warnings);

  /// Why a candidate, or what it decorates, is kept out, as a clause; empty if it is not.
  /// `backend`: of its Rooms::Origin. `environment` gives the hash of its environment, and is asked
  /// only if a denial holds for one alone.
  std::string objection(const Candidate& candidate, std::string_view backend,
                        const std::function<std::uint64_t()>& environment) const;

  /// Moves those that are kept out from the contenders to Offers::denied.
  void withhold(Offers& offers, const Rooms& rooms, Environments& environments) const;

 private:
  std::vector<Denial> denials_;
};

}  // namespace convtune
