#pragma once

#include "rooms.hpp"

namespace convtune {

/// What an implementation that is slow to ask offered for a problem in the environment that is
/// here, from the store; with `neighbours` the so many that were to be more of it. Opens its
/// library, which is quick, but does not ask it. Nullopt if it must be asked: where the library is
/// not usable, where the database cannot serve, and for all that are not slow.
std::optional<Offer> kept_offer(const Implementation& implementation, const ConvProblem& problem,
                                const Rooms& rooms, std::size_t neighbours = 0);

/// Keeps what it offered, if it is slow to ask and its library is usable.
void keep_offer(const Implementation& implementation, const ConvProblem& problem,
                const Rooms& rooms, const Offer& offer, std::size_t neighbours = 0);

}  // namespace convtune
