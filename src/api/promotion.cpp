#include "promotion.hpp"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include <convtune/statistics.hpp>

#include "answer.hpp"
#include "known.hpp"
#include "tuned_answer.hpp"

namespace convtune {
namespace {

using Json = nlohmann::json;

// As fast as before: the noise of few rounds and of another day, and less than a new version that
// changes who wins is worth.
constexpr double promoted_within = 0.1;

const Measurement* timed_in(const Run& run, const std::string& candidate) {
  for (const Measurement& each : run.measurements)
    if (timed(each) && text(each.candidate) == candidate) return &each;
  return nullptr;
}

const Contender* offered(const std::string& candidate, const Offers& offers) {
  const auto found = std::ranges::find(offers.contenders, candidate,
                                       [](const Contender& each) { return text(each.candidate); });
  return found == offers.contenders.end() ? nullptr : &*found;
}

double median_of(const Measurement& measurement) {
  std::vector<double> seconds;
  for (const Sample& sample : measurement.samples) seconds.push_back(sample.seconds);
  return median(seconds);
}

// What is compared: baseline / winner by round, or the winner's own time where it has none.
std::optional<double> compared(const Run& run, const StaleWinner& race) {
  const Measurement* winner = timed_in(run, race.winner);
  const Measurement* baseline = timed_in(run, race.against);
  if (!winner || !baseline) return std::nullopt;
  return winner == baseline ? median_of(*winner) : paired_ratio(*baseline, *winner);
}

}  // namespace

std::optional<Promotion> promotion_of(const Run& run) {
  if (run.settings.find("\"promotes\"") == std::string::npos) return std::nullopt;
  const Json settings = Json::parse(run.settings, nullptr, false);
  if (!settings.is_object() || !settings.contains("promotes")) return std::nullopt;
  try {
    const Json& promotes = settings["promotes"];
    Promotion promotion;
    promotion.rigour = rigour(promotes.at("rigour").get<std::string>()).value_or(Rigour::predicted);
    for (const Json& each : promotes.at("settled"))
      promotion.settled.push_back({.candidate = each.at("candidate").get<std::string>(),
                                   .revision = each.at("revision").get<int>(),
                                   .environment = each.at("environment").get<std::uint64_t>()});
    return promotion;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

void record(const Promotion& promotion, Run& run) {
  Json settings = Json::parse(run.settings, nullptr, false);
  if (!settings.is_object()) settings = Json::object();
  Json settled = Json::array();
  for (const Promotion::Settled& each : promotion.settled)
    settled.push_back({{"candidate", each.candidate},
                       {"revision", each.revision},
                       {"environment", each.environment}});
  settings["promotes"] = {{"rigour", name(promotion.rigour)}, {"settled", std::move(settled)}};
  run.settings = settings.dump();
}

std::optional<StaleWinner> stale_winner(std::vector<Run> stale,
                                        const std::vector<Contender>& missing, const Offers& offers,
                                        const TuneOptions& options, const Rooms& rooms,
                                        Environments& environments) {
  // A new revision is another kernel: what an older one did says nothing about it.
  for (Run& run : stale)
    std::erase_if(run.measurements, [&](const Measurement& each) {
      const Contender* now = offered(text(each.candidate), offers);
      return !now || now->candidate.revision != each.candidate.revision;
    });
  const Known known(stale, options, 0);
  StaleWinner found;
  found.promotion.rigour = options.rigour;
  for (const Contender& each : missing)
    if (known.settled(each.candidate))
      found.promotion.settled.push_back(
          {.candidate = text(each.candidate),
           .revision = each.candidate.revision,
           .environment = environments.of(rooms.origin(each.candidate).value().backend).hash()});
  if (found.promotion.settled.empty()) return std::nullopt;

  const Verdict verdict = verdict_of(stale, options);
  if (verdict.ranking.empty()) return std::nullopt;
  const Contender* winner = offered(text(verdict.ranking.front().measurement->candidate), offers);
  const auto baseline = std::ranges::find_if(
      offers.contenders, [](const Contender& each) { return each.candidate.baseline; });
  if (!winner) return std::nullopt;
  found.racers.push_back(*winner);
  if (baseline != offers.contenders.end() && !winner->candidate.baseline)
    found.racers.push_back(*baseline);
  found.winner = text(found.racers.front().candidate);
  found.against = text(found.racers.back().candidate);
  // The newest run that timed both says how they compared.
  std::optional<double> before;
  for (const Run& run : stale)
    if (run.protocol == options.protocol)
      if (const auto now = compared(run, found)) before = now;
  if (!before) return std::nullopt;
  found.before = *before;
  return found;
}

bool confirms(const Run& run, const StaleWinner& winner) {
  const auto now = compared(run, winner);
  return now && *now > 0 && winner.before > 0 &&
         std::abs(std::log(*now / winner.before)) <= std::log1p(promoted_within);
}

}  // namespace convtune
