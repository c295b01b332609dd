#pragma once

#include <string>
#include <vector>

#include <convtune/catalogue.hpp>
#include <convtune/choice.hpp>
#include <convtune/devices.hpp>
#include <convtune/selector.hpp>
#include <convtune/store.hpp>
#include <convtune/tuner.hpp>
#include <report/verify_summary.hpp>

namespace convtune {

// Every function gives one JSON object on one line, without a line end, with its "schema" first and
// the other members always there and in the same order. What is not known is null, also numbers
// that are not finite. Equal values give equal bytes.

std::string json(const Choice& choice);            ///< convtune.choice/1
std::string json(const Explanation& explanation);  ///< convtune.explanation/1

std::string json(const Tuned& tuned);          ///< convtune.tuned/1
std::string json(const TuneSummary& summary);  ///< convtune.tune_summary/1

std::string json(const Run& run);  ///< convtune.bench/1

/// convtune.verification/1
std::string json(const ConvProblem& problem, const Verified& verified);
std::string json(const VerifySummary& summary);  ///< convtune.verify_summary/1

// convtune.list/1, one for each thing that can be listed.
std::string json(const std::vector<CatalogueEntry>& implementations);
std::string json(const ConvProblem& problem, const Device& device, const Listing& listing);
std::string json(const std::vector<ShapeSet>& sets);
std::string json(const std::vector<ListedProblem>& problems);
std::string json(const DeviceList& list);

// convtune.db/1, with "ok" and "faults" if it was checked.
std::string json(const StoreInfo& info);
std::string json(const StoreInfo& info, const StoreCheck& check);
/// The same where the store at `path` cannot say what it holds.
std::string json(const std::string& path, const StoreCheck& check);

}  // namespace convtune
