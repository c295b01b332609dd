#pragma once

#include <convtune/store.hpp>

#include "database.hpp"

namespace convtune::db {

/// Candidates and refusals as JSON, exactly, and back. Reading throws BadRow for anything that
/// writing does not make.
std::string offer_text(const Offer& offer);
Offer offer_from(const std::string& text);

/// Throws BadRow for a row that is not what was stored.
std::optional<Offer> find_offer(const Database& database, const OfferKey& key);
void insert_offer(Database& database, const OfferKey& key, const Offer& offer);

}  // namespace convtune::db
