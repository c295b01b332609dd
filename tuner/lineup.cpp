#include "lineup.hpp"

#include <limits>

#include "entrants.hpp"
#include "worth.hpp"

namespace convtune {

bool took_its_process(Outcome outcome) {
  return outcome == Outcome::crashed || outcome == Outcome::timed_out;
}

Lineup::Lineup(const ConvProblem& tuned, std::span<const Contender> who, const Device& where,
               const TuneSettings& how, Workplace& place, const Clock& time)
    : problem(tuned),
      contenders(who),
      device(where),
      settings(how),
      workplace(place),
      clock(time),
      trials(who.size()),
      checked(who.size()),
      start_(time.now()) {
  for (const Contender& contender : contenders)
    report.measurements.emplace_back().candidate = contender.candidate;
}

Entrant Lineup::entrant(std::size_t i) const {
  return entrant_of(contenders[i].candidate, report.measurements[i],
                    checked[i].fastest_call_seconds);
}

bool Lineup::stopped() {
  if (settings.stop && settings.stop()) report.interrupted = true;
  return report.interrupted;
}

bool Lineup::no_time_for(double seconds) const {
  const double budget = settings.race.budget_seconds;
  return budget > 0 && (elapsed() >= budget || elapsed() + seconds > budget);
}

void Lineup::tell_verdicts() const {
  if (settings.checked) settings.checked(report.measurements);
}

void Lineup::refuse(Measurement& m, std::string reason) {
  m.outcome = Outcome::refused;
  m.reason = std::move(reason);
}

void Lineup::fall(std::size_t i, Outcome outcome, std::string reason) {
  Measurement& m = measurement(i);
  m.outcome = outcome;
  m.reason = std::move(reason);
  trials[i].reset();
  if (m.reason == out_of_patience) {
    cut = true;
    if (!stopped()) m.reason = out_of_budget;
  }
  if (took_its_process(outcome) && !beside) tell_verdicts();
}

double Lineup::limit(std::size_t i) const {
  if (!settings.time || !settings.gate_slow || contenders[i].candidate.baseline)
    return std::numeric_limits<double>::infinity();
  std::vector<Entrant> others;
  for (std::size_t other = 0; other < size(); ++other)
    if (other != i && right(other)) others.push_back(entrant(other));
  return slowest_worth_racing(entrant(i), others);
}

void Lineup::drop_too_slow() {
  for (std::size_t i = 0; i < size(); ++i) {
    if (!right(i)) continue;
    const double seconds = checked[i].fastest_call_seconds, allowed = limit(i);
    if (seconds <= allowed) continue;
    measurement(i).outcome = Outcome::too_slow;
    measurement(i).reason =
        fmt::format("a call takes {:.3g} s where {:.3g} s are worth a race", seconds, allowed);
    trials[i].reset();
  }
}

}  // namespace convtune
