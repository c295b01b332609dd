#pragma once

#include "rooms.hpp"

namespace convtune {

/// What an implementation that is slow to ask offered for a problem in the environment that is
/// here, from the store; opens no library. Nullopt if it must be asked, also where the database
/// cannot serve and for all that are not slow.
std::optional<Offer> kept_offer(const Implementation& implementation, const ConvProblem& problem,
                                const Rooms& rooms);

/// Keeps what it offered, if it is slow to ask and its library is usable.
void keep_offer(const Implementation& implementation, const ConvProblem& problem,
                const Rooms& rooms, const Offer& offer);

}  // namespace convtune
