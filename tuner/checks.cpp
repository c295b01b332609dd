#include "checks.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <tuner/summation.hpp>

#include "entrants.hpp"

namespace convtune {

Checks::Checks(Lineup& lineup, std::size_t needed)
    : lineup_(lineup),
      needed_(needed),
      fastest_prediction_(std::numeric_limits<double>::infinity()) {
  for (const Contender& each : lineup.contenders)
    fastest_prediction_ = std::min(fastest_prediction_, each.candidate.slowdown);
}

void Checks::run() {
  const std::vector<std::size_t> order = in_order_of_hope(lineup_.contenders);
  const TuneSettings& settings = lineup_.settings;
  double longest_check = 0;
  for (std::size_t done = 0; done < order.size(); ++done) {
    const std::size_t i = order[done];
    Measurement& m = lineup_.measurement(i);
    if (std::string reason = hopeless(i); !reason.empty()) {
      Lineup::refuse(m, std::move(reason));
    } else if (lineup_.stopped()) {
      Lineup::refuse(m, std::string(out_of_patience));
      lineup_.cut = true;
    } else if (settings.time && lineup_.no_time_for(longest_check) &&
               (enough() || !settings.at_least_two)) {
      Lineup::refuse(m, std::string(out_of_budget));
      lineup_.cut = true;
    } else {
      lineup_.say("checking {} of {}: {}", done + 1, order.size(),
                  text(lineup_.contenders[i].candidate));
      const double start = lineup_.clock.now();
      checking_ = true;
      lineup_.beside = announce(std::span(order).subspan(done + 1));
      check(i);
      // Whoever fell while others were made beside it gets another chance, alone.
      if (std::exchange(lineup_.beside, false) &&
          (took_its_process(m.outcome) || m.outcome == Outcome::failed))
        check(i);
      checking_ = false;
      // A hang is not what the next one is expected to take.
      if (m.outcome != Outcome::timed_out)
        longest_check = std::max(longest_check, lineup_.clock.now() - start);
    }
  }
}

bool Checks::far_beyond_budget() const {
  constexpr double overrun = 2;  // seconds
  const double budget = lineup_.settings.race.budget_seconds;
  return checking_ && budget > 0 && lineup_.elapsed() > budget + overrun && enough();
}

bool Checks::again(std::span<const std::size_t> raced) {
  bool fell = false;
  for (const std::size_t i : raced) {
    if (!lineup_.right(i)) continue;
    const Checked found = verifier_->recheck(*lineup_.trials[i], lineup_.contenders[i].candidate);
    if (found.outcome == Outcome::measured) continue;
    const bool given_up = found.outcome == Outcome::refused;
    lineup_.fall(i, found.outcome, given_up ? found.reason : "after the race: " + found.reason);
    fell = true;
  }
  return fell;
}

// Why contender `i` is not even prepared; empty: it may be.
std::string Checks::hopeless(std::size_t i) const {
  const Candidate& candidate = lineup_.contenders[i].candidate;
  const double times = candidate.slowdown / fastest_prediction_;
  const bool last_resort = candidate.slowdown >= hopeless_slowdown;
  if (lineup_.settings.gate_slow && !candidate.baseline &&
      (times >= hopeless_slowdown || (last_resort && fastest_prediction_ < hopeless_slowdown)))
    return fmt::format("predicted to take {:.0f} times as long as the fastest", times);
  if (candidate.workspace_bytes > lineup_.device.memory_bytes - needed_)
    return fmt::format("{} bytes of workspace do not fit the memory", candidate.workspace_bytes);
  return {};
}

// The baseline is the first to be checked.
bool Checks::enough() const {
  std::size_t others = 0;
  for (std::size_t i = 0; i < lineup_.size(); ++i)
    others += lineup_.right(i) && !lineup_.contenders[i].candidate.baseline;
  return others > 0;
}

// Those whose turn comes soon; true if anything may have begun.
bool Checks::announce(std::span<const std::size_t> order) {
  constexpr int ahead = 2;
  bool any = false;
  int told = 0;
  for (const std::size_t i : order) {
    if (told == ahead) break;
    if (!hopeless(i).empty()) continue;
    any = lineup_.workplace.announce(lineup_.problem, lineup_.contenders[i], lineup_.device) || any;
    ++told;
  }
  return any;
}

void Checks::check(std::size_t i) {
  const Contender& contender = lineup_.contenders[i];
  Measurement& m = lineup_.measurement(i);
  std::unique_ptr<Trial>& trial = lineup_.trials[i];
  if (!verifier_) make_verifier();
  const bool prepared = lineup_.does(i, [&] {
    const double start = lineup_.clock.now();
    trial = lineup_.workplace.prepare(lineup_.problem, contender, lineup_.device);
    m.create_seconds = lineup_.clock.now() - start;
    if (const double built = trial->built_seconds(); built > 0) m.create_seconds = built;
    trial->expect(expected_call_seconds(i));
  });
  if (!prepared) return;
  apply(i, verifier_->check(*trial, contender.candidate, lineup_.limit(i)));
  m.first_call_seconds = lineup_.checked[i].first_call_seconds;
  while (const auto fallen = verifier_->take_fallen()) check_again(*fallen, i);
}

void Checks::make_verifier() {
  const Implementation* const definition = lineup_.settings.definition;
  Memory& memory = lineup_.workplace.memory();
  if (!definition || lineup_.device.kind == DeviceKind::cpu) {
    verifier_.emplace(lineup_.problem, memory);
    return;
  }
  const auto there = sums_on(lineup_.problem, *definition, lineup_.device, lineup_.workplace);
  verifier_.emplace(lineup_.problem, memory, there.get());
  if (const std::string reason = there->why_not(); !reason.empty())
    lineup_.say("the reference is summed on the CPU: {}", reason);
}

// By what the others took and the predictions; of the first, by the work.
double Checks::expected_call_seconds(std::size_t i) const {
  constexpr double modest = 1e9;  // multiply-accumulates a second
  double good = multiply_accumulates(lineup_.problem) / modest;
  for (std::size_t other = 0; other < lineup_.size(); ++other)
    if (lineup_.right(other))
      good = std::min(good, lineup_.checked[other].fastest_call_seconds /
                                lineup_.contenders[other].candidate.slowdown);
  return good * lineup_.contenders[i].candidate.slowdown;
}

void Checks::apply(std::size_t i, Checked checked) {
  Measurement& m = lineup_.measurement(i);
  m.outcome = checked.outcome;
  m.reason = checked.reason;
  m.error = checked.error;
  m.deterministic_observed = checked.deterministic;
  lineup_.checked[i] = std::move(checked);
  if (m.outcome != Outcome::measured)
    lineup_.fall(i, m.outcome, m.reason);
  else
    lineup_.trials[i]->expect(lineup_.checked[i].fastest_call_seconds);
}

void Checks::check_again(const Fallen& fallen, std::size_t except) {
  for (std::size_t i = 0; i < lineup_.size(); ++i) {
    if (!lineup_.right(i) || i == except) continue;
    const Candidate& candidate = lineup_.contenders[i].candidate;
    if (text(candidate) == fallen.candidate) {
      lineup_.measurement(i).outcome = Outcome::wrong;
      lineup_.measurement(i).reason = fallen.reason;
      lineup_.trials[i].reset();
    } else {
      apply(i, verifier_->check(*lineup_.trials[i], candidate));
    }
  }
}

}  // namespace convtune
