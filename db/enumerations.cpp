#include "enumerations.hpp"

#include "json.hpp"
#include "rows.hpp"
#include "statement.hpp"

namespace convtune::db {
namespace {

using Json = nlohmann::ordered_json;

std::string key_text(const OfferKey& key) {
  return key.implementation + ' ' + std::to_string(key.revision) + ' ' +
         hexadecimal(key.environment) + ' ' + text(key.problem);
}

// From parameter 1 on.
void bind(Statement& statement, const OfferKey& key) {
  statement.bind(1, key.implementation)
      .bind(2, std::int64_t{key.revision})
      .bind(3, hexadecimal(key.environment))
      .bind(4, text(key.problem));
}

}  // namespace

std::string offer_text(const Offer& offer) {
  Json json{{"candidates", Json::array()}, {"refusals", Json::array()}};
  for (const Candidate& each : offer.candidates) json["candidates"].push_back(json_of(each));
  for (const Refusal& each : offer.refusals)
    json["refusals"].push_back({{"reason", each.reason}, {"configuration", each.configuration}});
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Offer offer_from(const std::string& text) {
  try {
    const Json json = Json::parse(text);
    Offer offer;
    for (const Json& each : json.at("candidates")) offer.candidates.push_back(candidate_from(each));
    for (const Json& each : json.at("refusals"))
      offer.refusals.push_back({.reason = each.at("reason").get<std::string>(),
                                .configuration = each.at("configuration").get<std::string>()});
    return offer;
  } catch (const Json::exception&) {
    throw BadRow("an offer is not what was stored");
  }
}

std::optional<Offer> find_offer(const Database& database, const OfferKey& key) {
  Statement find(database,
                 "SELECT offer, content FROM enumeration WHERE implementation = ?1 AND "
                 "revision = ?2 AND environment = ?3 AND problem = ?4");
  bind(find, key);
  if (!find.step()) return std::nullopt;
  std::string stored;
  from_value(find.value(0), stored);
  if (find.value(1) != to_value(content(key_text(key), stored)))
    throw BadRow("An enumeration is not what was stored and was left out.");
  return offer_from(stored);
}

void insert_offer(Database& database, const OfferKey& key, const Offer& offer) {
  const std::string stored = offer_text(offer);
  Statement insert(database,
                   "INSERT INTO enumeration (implementation, revision, environment, problem, "
                   "offer, content) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (implementation, "
                   "revision, environment, problem) DO UPDATE SET offer = ?5, content = ?6");
  bind(insert, key);
  insert.bind(5, stored).bind(6, to_value(content(key_text(key), stored))).run();
}

}  // namespace convtune::db
