#pragma once

#include <string>
#include <vector>

#include <convtune/storage.hpp>
#include <report/table.hpp>

namespace convtune {

// What was done to a store, as convtune.db/1 and for people.

/// `what`: "export", "import" or "merge".
std::string json(const std::string& what, const Transfer& transfer);
std::string rendered(const std::string& what, const Transfer& transfer);

std::string json(const Pruned& pruned, bool dry_run);
std::string rendered(const Pruned& pruned, bool dry_run);

std::string json(const std::vector<Denial>& denials);
std::string rendered(const std::vector<Denial>& denials, const Paper& paper);

/// The user's store and, where there is one, that of the system below it.
std::string json(const StoreInfo& info, const StoreInfo& system);

}  // namespace convtune
