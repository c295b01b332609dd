#pragma once

#include <span>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include <convtune/measurement.hpp>

namespace convtune {

// What a race found beside times is kept among the settings of its run: who was dropped by whom
// ("dropped": by candidate text), in which rounds the machine changed its speed
// ("disturbed_rounds"), and the clock of a GPU's processors ("megahertz": by candidate text).

/// Adds them to the settings of the run of `measurements`.
void add_race_facts(nlohmann::json& settings, std::span<const Measurement> measurements);

/// Puts what the settings of stored runs say into their measurements and samples.
void restore_race_facts(std::vector<Run>& runs);

/// Rounds that were run and those that were disturbed, by the samples of `run`.
int rounds_of(const Run& run);
std::vector<int> disturbed_rounds_of(const Run& run);

}  // namespace convtune
