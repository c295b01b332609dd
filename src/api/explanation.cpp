#include "explanation.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "answer.hpp"
#include "race_facts.hpp"

namespace convtune {
namespace {

std::string bytes_text(std::size_t bytes) {
  if (bytes >= 1 << 20 && bytes % (1 << 20) == 0) return fmt::format("{}MiB", bytes >> 20);
  if (bytes >= 1 << 10 && bytes % (1 << 10) == 0) return fmt::format("{}KiB", bytes >> 10);
  return std::to_string(bytes);
}

// Asks the same runs other questions.
class Asker {
 public:
  Asker(const std::vector<Run>& runs, const Choice& choice) : runs_(runs), choice_(choice) {}

  // Nullptr: nobody may answer. Told only when it is somebody else, unless `always`.
  const Measurement* ask(const std::string& constraint, const Constraints& question, bool always) {
    const Verdict verdict = decide_for(runs_, question);
    if (verdict.ranking.empty()) {
      if (always) found_.push_back({.constraint = constraint, .candidate = {}});
      return nullptr;
    }
    const Ranked& winner = verdict.ranking.front();
    const std::string name = text(winner.measurement->candidate);
    if (always || name != before_) {
      Explanation::Alternative& other = found_.emplace_back(
          Explanation::Alternative{.constraint = constraint, .candidate = name});
      other.seconds = winner.seconds;
      other.confidence = verdict.confidence;
      // Times of different protocols do not compare as those of two candidates do.
      if (choice_.seconds && winner.run->protocol == protocol_)
        other.ratio = winner.seconds / *choice_.seconds;
    }
    before_ = name;
    return winner.measurement;
  }

  void start_from(const Constraints& constraints) {
    before_ = choice_.candidate;
    protocol_ = constraints.protocol;
  }

  std::vector<Explanation::Alternative> take() { return std::move(found_); }

 private:
  const std::vector<Run>& runs_;
  const Choice& choice_;
  Protocol protocol_ = Protocol::warm;
  std::string before_;
  std::vector<Explanation::Alternative> found_;
};

// Each limit just below what the answer before it needs.
void ask_for_less_workspace(Asker& asker, const std::vector<Run>& runs, std::size_t bytes,
                            const Constraints& constraints) {
  std::set<std::size_t> steps;
  for (const Run& run : runs)
    for (const Measurement& each : run.measurements)
      if (timed(each) && run.protocol == constraints.protocol)
        steps.insert(each.candidate.workspace_bytes);
  asker.start_from(constraints);
  for (;;) {
    const auto above = steps.lower_bound(bytes);
    if (above == steps.begin()) return;
    Constraints less = constraints;
    less.workspace_limit = *std::prev(above);
    const Measurement* const winner =
        asker.ask("--workspace-limit " + bytes_text(*less.workspace_limit), less, false);
    if (!winner) return;
    bytes = winner->candidate.workspace_bytes;
  }
}

}  // namespace

std::vector<Explanation::Row> explained_rows(const Evidence& evidence, const Choice& choice,
                                             const Constraints& constraints) {
  const Reach reach = constraints.trust == Trust::exact           ? Reach::exact
                      : constraints.trust == Trust::machine_class ? Reach::machine_class
                                                                  : Reach::stale;
  Rows& counting = evidence.counting;
  struct Newest {
    const Run* run = nullptr;
    const Measurement* measurement = nullptr;
    std::string objection;
    bool counts = false;
  };
  // A time under the asked protocol and rigour, or a verdict against it.
  const auto counts_in = [&](const Run& run, const Measurement& m) {
    if (m.outcome == Outcome::refused || m.outcome == Outcome::too_slow) return false;
    return m.outcome != Outcome::measured ||
           (run.protocol == constraints.protocol && run.rigour >= constraints.least);
  };
  std::map<std::string, Newest> newest;
  std::vector<std::string> order;
  for (const Run& run : evidence.runs)
    for (const Measurement& m : run.measurements) {
      const std::string name = text(m.candidate);
      std::string objection = counting.objection(reach, run, m);
      if (!newest.contains(name)) order.push_back(name);
      Newest& known = newest[name];
      const bool counts = counts_in(run, m);
      if (!known.run ||
          std::pair(objection.empty(), counts) >= std::pair(known.objection.empty(), known.counts))
        known = {&run, &m, std::move(objection), counts};
    }

  // Everybody as the answer saw them: over all runs that count, whatever else is demanded.
  std::map<std::string, double> seconds;
  const std::vector<Run> near = counting.within(reach, evidence.runs, constraints.max_age_seconds);
  const Constraints anything{.precision = Precision::downconvert,
                             .least = constraints.least,
                             .protocol = constraints.protocol};
  for (const Ranked& each : decide(near, anything, DecisionRule{}).ranking)
    seconds.emplace(text(each.measurement->candidate), each.seconds);

  std::vector<Explanation::Row> rows;
  for (const std::string& name : order) {
    const auto& [run, m, out_of_reach, counts] = newest[name];
    Explanation::Row row{.candidate = name, .measurement = *m, .ratio = {}, .removed_by = {}};
    row.tied = std::ranges::find(choice.ties, name) != choice.ties.end();
    const auto now = evidence.rooms.unix_time();
    if (!out_of_reach.empty())
      row.removed_by = out_of_reach;
    else if (!timed(*m))
      row.removed_by = m->reason;
    else if (run->protocol != constraints.protocol)
      row.removed_by = fmt::format("was timed {}", convtune::name(run->protocol));
    else if (run->rigour < constraints.least)
      row.removed_by =
          fmt::format("was timed with the rigour {} only", convtune::name(run->rigour));
    else if (constraints.max_age_seconds && run->started_unix + *constraints.max_age_seconds < now)
      row.removed_by = fmt::format("is {} seconds old", now - run->started_unix);
    else
      row.removed_by =
          objection(m->candidate, m->deterministic_observed.value_or(false), constraints);
    if (const auto found = seconds.find(name); timed(*m) && found != seconds.end()) {
      row.seconds = found->second;
      if (const auto winner = seconds.find(choice.candidate); winner != seconds.end())
        row.ratio = found->second / winner->second;
    }
    rows.push_back(std::move(row));
  }
  // Fastest first; what has no time comes after in the order it was found.
  std::ranges::stable_sort(rows, {}, [](const Explanation::Row& row) {
    return std::pair(!row.seconds, row.seconds.value_or(0));
  });
  return rows;
}

std::vector<Explanation::Raced> explained_runs(const Evidence& evidence) {
  std::vector<Explanation::Raced> all;
  for (const Run& run : evidence.runs) {
    const auto settings = nlohmann::json::parse(run.settings, nullptr, false);
    const auto fresh = settings.is_object() ? settings.find("fresh_process") : settings.end();
    const auto unstable = settings.is_object() ? settings.find("unstable") : settings.end();
    const auto holds = [&](const auto& found) {
      return found != settings.end() && found->is_boolean() && found->template get<bool>();
    };
    all.push_back({.id = run.id,
                   .started_unix = run.started_unix,
                   .protocol = run.protocol,
                   .rigour = run.rigour,
                   .verdict = run.verdict,
                   .candidates = static_cast<int>(std::ranges::count_if(run.measurements, timed)),
                   .rounds = rounds_of(run),
                   .disturbed_rounds = disturbed_rounds_of(run),
                   .fresh_process = holds(fresh),
                   .unstable = holds(unstable)});
  }
  return all;
}

std::vector<Explanation::Alternative> alternatives(const std::vector<Run>& near,
                                                   const Choice& choice,
                                                   const Constraints& constraints) {
  Asker asker(near, choice);
  asker.start_from(constraints);
  if (constraints.workspace_limit) {
    Constraints more = constraints;
    more.workspace_limit.reset();
    asker.ask("no workspace limit", more, false);
  }
  ask_for_less_workspace(asker, near, choice.workspace_bytes, constraints);
  asker.start_from(constraints);
  if (!constraints.deterministic) {
    Constraints same_bits = constraints;
    same_bits.deterministic = true;
    asker.ask("--deterministic", same_bits, true);
  }
  asker.start_from(constraints);
  for (const auto& [precision, word] :
       {std::pair{Precision::tf32, "tf32"}, std::pair{Precision::downconvert, "any"}}) {
    if (precision <= constraints.precision) continue;
    Constraints looser = constraints;
    looser.precision = precision;
    asker.ask(std::string("--precision ") + word, looser, false);
  }
  for (const Protocol protocol :
       {Protocol::warm, Protocol::cold, Protocol::cold_weights, Protocol::cold_rotated}) {
    const bool measured = std::ranges::any_of(near, [&](const Run& run) {
      return run.protocol == protocol && std::ranges::any_of(run.measurements, timed);
    });
    if (protocol == constraints.protocol || !measured) continue;
    Constraints other = constraints;
    other.protocol = protocol;
    asker.ask("--protocol " + std::string(name(protocol)), other, true);
  }
  return asker.take();
}

}  // namespace convtune
