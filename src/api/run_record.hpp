#pragma once

#include <convtune/tuner.hpp>

#include "offers.hpp"

namespace convtune {

/// What came of timing or checking `contenders`, as a run that can be stored.
Run run_from(const TuneReport& report, const ConvProblem& problem,
             std::span<const Contender> contenders, const TuneSettings& settings,
             std::int64_t started_unix, const Rooms& rooms, Environments& environments);

/// Adds why what was refused before any timing was refused, for those who ask the store later;
/// not again what `known` says already.
void add_refusals(Run& run, const std::vector<Listing::Refused>& refusals,
                  const std::vector<Run>& known, const Rooms& rooms, Environments& environments);

/// Stores it, gives it its number, and denies whoever has crashed too often by now. False when it
/// could not be kept, which is said in a warning.
bool keep(Run& run, Store& store, const Rooms& rooms, std::vector<std::string>& warnings);

}  // namespace convtune
