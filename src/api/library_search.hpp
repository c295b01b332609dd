#pragma once

#include <convtune/selector.hpp>

#include "rooms.hpp"

namespace convtune {

/// Adds what the libraries' own searches say of a problem, run on the device of `rooms` alone with
/// as much workspace as a choice may have; where they cannot be asked, a sentence among the notes.
void add_library_searches(const ConvProblem& problem, const Question& question, const Rooms& rooms,
                          Explanation& explanation);

}  // namespace convtune
