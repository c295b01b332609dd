#include <algorithm>
#include <map>
#include <tuple>

#include <convtune/decision.hpp>

#include "ranking.hpp"

namespace convtune {
namespace {

// What all runs together say about one candidate.
struct Record {
  const Run* run = nullptr;  // with its best row: highest rigour, then newest
  const Measurement* measurement = nullptr;
  std::optional<bool> observed;
  bool broken = false;  // the newest verdict is that it does not work
};

bool better(const Run& a, const Run& b) {
  return std::tuple(a.rigour, a.started_unix, a.id) > std::tuple(b.rigour, b.started_unix, b.id);
}

bool breaks(Outcome outcome) {
  return outcome == Outcome::wrong || outcome == Outcome::failed || outcome == Outcome::crashed ||
         outcome == Outcome::timed_out;
}

std::map<Subject, Record> records(std::span<const Run* const> chronological,
                                  const Constraints& constraints) {
  std::map<Subject, Record> records;
  for (const Run* run : chronological)
    for (const Measurement& m : run->measurements) {
      Record& record = records[subject(m)];
      if (m.deterministic_observed)
        record.observed = record.observed.value_or(true) && *m.deterministic_observed;
      if (breaks(m.outcome)) record.broken = true;
      if (!timed(m)) continue;
      record.broken = false;
      if (answers(*run, constraints) && (!record.run || better(*run, *record.run))) {
        record.run = run;
        record.measurement = &m;
      }
    }
  std::erase_if(records, [&](const auto& entry) {
    const Record& record = entry.second;
    return !record.measurement || record.broken ||
           !objection(record.measurement->candidate, record.observed.value_or(false), constraints)
                .empty();
  });
  return records;
}

// Those of `runs` that share a candidate with the first, or with one that does.
std::vector<const Run*> linked_with_first(const std::vector<const Run*>& runs) {
  std::vector<const Run*> linked{runs.front()};
  std::vector<Subject> known;
  const auto learn = [&](const Run& run) {
    for (const Measurement& m : run.measurements)
      if (timed(m)) known.push_back(subject(m));
  };
  learn(*runs.front());
  for (bool grown = true; grown;) {
    grown = false;
    for (const Run* run : runs) {
      if (std::ranges::find(linked, run) != linked.end()) continue;
      if (std::ranges::none_of(run->measurements, [&](const Measurement& m) {
            return timed(m) && std::ranges::find(known, subject(m)) != known.end();
          }))
        continue;
      linked.push_back(run);
      learn(*run);
      grown = true;
    }
  }
  return linked;
}

std::string counted(std::size_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string reason_for(const Verdict& verdict, std::size_t runs, std::size_t left_out) {
  const std::size_t others = verdict.ranking.size() - 1;
  std::string reason;
  switch (verdict.confidence) {
    case Confidence::clear:
      reason = others == 0 ? "The only measured candidate that may answer."
                           : "Faster than " + counted(others, "other candidate") + " for sure.";
      break;
    case Confidence::tie:
      reason = "As fast as " + counted(verdict.tied - 1, "other candidate") + "; preferred for " +
               verdict.preference + ".";
      break;
    case Confidence::unresolved:
      reason = "The fastest seen, but not every other candidate could be told apart from it.";
      break;
    case Confidence::budget: reason = "The fastest seen when the race was cut short."; break;
    case Confidence::none: break;
  }
  if (runs > 1)
    reason += " Compared over " + counted(runs, "run") + " by candidates that they share.";
  if (left_out > 0)
    reason += " " + counted(left_out, "other run") + (left_out == 1 ? " has" : " have") +
              " no candidate in common with it: the highest rigour decided, then the newest.";
  return reason;
}

Verdict decide_from(std::span<const Run* const> chronological, const Constraints& constraints,
                    const DecisionRule& rule, int memory) {
  const auto eligible = records(chronological, constraints);
  Verdict verdict;
  verdict.reason = "No measured candidate may answer this question.";
  if (eligible.empty()) return verdict;

  std::vector<const Run*> usable;
  for (const Run* run : chronological)
    if (answers(*run, constraints) && std::ranges::any_of(run->measurements, timed))
      usable.push_back(run);
  std::ranges::sort(usable, [](const Run* a, const Run* b) { return better(*a, *b); });
  const auto root = std::ranges::find_if(usable, [&](const Run* run) {
    return std::ranges::any_of(run->measurements, [&](const Measurement& m) {
      return timed(m) && eligible.contains(subject(m));
    });
  });
  std::rotate(usable.begin(), root, root + 1);
  const std::vector<const Run*> linked = linked_with_first(usable);

  // Whoever was the answer before the newest run came keeps it on a tie.
  std::string incumbent;
  if (memory > 0 && chronological.size() > 1) {
    const Verdict before =
        decide_from(chronological.first(chronological.size() - 1), constraints, rule, memory - 1);
    if (!before.ranking.empty()) incumbent = text(before.ranking.front().measurement->candidate);
  }

  const Pairing pairing(linked);
  const std::vector<double> seconds = pairing.seconds();
  std::vector<Place> places;
  for (std::size_t i = 0; i < pairing.subjects().size(); ++i)
    if (const auto found = eligible.find(pairing.subjects()[i]);
        found != eligible.end() && seconds[i] > 0)
      places.push_back({.subject = i,
                        .measurement = found->second.measurement,
                        .run = found->second.run,
                        .seconds = seconds[i]});

  verdict.confidence =
      rank(pairing, places, rule, incumbent, linked.front()->verdict == name(Confidence::budget));
  for (const Place& place : places)
    verdict.ranking.push_back(
        {.run = place.run, .measurement = place.measurement, .seconds = place.seconds});
  verdict.tied = 1 + static_cast<std::size_t>(std::ranges::count_if(places, &Place::tied));
  if (verdict.tied > 1) verdict.preference = preferred_for(places[0], places[1], incumbent);
  verdict.reason = reason_for(verdict, linked.size(), usable.size() - linked.size());
  return verdict;
}

}  // namespace

Verdict decide(std::span<const Run> runs, const Constraints& constraints,
               const DecisionRule& rule) {
  std::vector<const Run*> chronological;
  for (const Run& run : runs) chronological.push_back(&run);
  std::ranges::stable_sort(chronological, [](const Run* a, const Run* b) {
    return std::tuple(a->started_unix, a->id) < std::tuple(b->started_unix, b->id);
  });
  constexpr int memory = 8;  // answers back that an incumbent is looked for: bounds the work
  return decide_from(chronological, constraints, rule, memory);
}

}  // namespace convtune
