#pragma once

#include <nlohmann/json.hpp>

#include "rows.hpp"

namespace convtune::db {

/// A run and a denial as JSON, exactly, and back. The columns are those of the tables, without
/// those that follow from others. Reading throws BadRow for anything that writing does not make.
nlohmann::ordered_json json_of(const Run& run);
nlohmann::ordered_json json_of(const Denial& denial);
Run run_from(const nlohmann::ordered_json& json);
Denial denial_from(const nlohmann::ordered_json& json);

/// A candidate as an implementation offers it. Reading throws BadRow.
nlohmann::ordered_json json_of(const Candidate& candidate);
Candidate candidate_from(const nlohmann::ordered_json& json);

/// The same without looking at the hash, or at what else is there: for whoever writes JSON himself.
Run unsealed_run_from(const nlohmann::ordered_json& json);
Denial unsealed_denial_from(const nlohmann::ordered_json& json);

}  // namespace convtune::db
