#include <algorithm>
#include <limits>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include <tuner/tune.hpp>
#include <tuner/verifier.hpp>

#include "entrants.hpp"
#include "evict.hpp"
#include "sentinel.hpp"
#include "track.hpp"

namespace convtune {
namespace {

constexpr double too_slow_factor = 10;          // times the fastest that is no worse otherwise
constexpr double too_slow_for_any = 100;        // times the fastest of all
constexpr double long_call = 100e-3;            // seconds; noise does not make such a call longer
constexpr double too_slow_if_long = 3;          // times the fastest that is no worse otherwise
constexpr double always_worth_racing = 200e-6;  // seconds; a first call tells little below

class Tuning {
 public:
  Tuning(const ConvProblem& problem, std::span<const Contender> contenders, const Device& device,
         const TuneSettings& settings, Workplace& workplace, const Clock& clock)
      : problem_(problem),
        contenders_(contenders),
        device_(device),
        settings_(settings),
        workplace_(workplace),
        clock_(clock),
        start_(clock.now()),
        trials_(contenders.size()),
        checked_(contenders.size()) {
    for (const Contender& contender : contenders)
      report_.measurements.emplace_back().candidate = contender.candidate;
  }

  ~Tuning() { workplace_.stop_when({}); }
  Tuning(const Tuning&) = delete;
  Tuning& operator=(const Tuning&) = delete;

  TuneReport run() {
    workplace_.stop_when([this] { return stopped() || far_beyond_budget(); });
    if (const std::size_t needed = memory_needed(problem_); needed > device_.memory_bytes) {
      for (Measurement& m : report_.measurements)
        refuse(m, fmt::format("checking this problem takes {} bytes of memory and there are {}",
                              needed, device_.memory_bytes));
    } else if (settings_.protocol == Protocol::cold_weights &&
               (device_.kind != DeviceKind::cpu || !can_evict())) {
      for (Measurement& m : report_.measurements)
        refuse(m, "this processor cannot drive the weights alone out of its caches");
    } else if (!contenders_.empty()) {
      try {
        check_all(needed);
        tell_verdicts();
        if (settings_.time) time_all();
        close_all();
      } catch (const std::bad_alloc&) {
        give_up();
      }
    }
    report_.cost_seconds = elapsed();
    return std::move(report_);
  }

 private:
  double elapsed() const { return clock_.now() - start_; }
  bool stopped() {
    if (settings_.stop && settings_.stop()) report_.interrupted = true;
    return report_.interrupted;
  }
  bool no_time_for(double seconds) const {
    const double budget = settings_.race.budget_seconds;
    return budget > 0 && (elapsed() >= budget || elapsed() + seconds > budget);
  }
  // Nobody waits for a hang once others can answer: beyond this the candidate in flight is given
  // up.
  bool far_beyond_budget() const {
    constexpr double overrun = 2;  // seconds
    const double budget = settings_.race.budget_seconds;
    return checking_ && budget > 0 && elapsed() > budget + overrun && enough_checked();
  }
  template <typename... Parts>
  void say(fmt::format_string<Parts...> format, Parts&&... parts) const {
    if (settings_.progress) settings_.progress(fmt::format(format, std::forward<Parts>(parts)...));
  }
  static void refuse(Measurement& m, std::string reason) {
    m.outcome = Outcome::refused;
    m.reason = std::move(reason);
  }
  // The problem's own tensors could not be had; whoever was found broken before stays so.
  void give_up() {
    for (Measurement& m : report_.measurements)
      if (m.outcome == Outcome::measured)
        refuse(m, "there is not enough memory for the tensors of this problem");
    report_.confidence = Confidence::none;
  }

  // Some end well and not their plans.
  void close_all() {
    bool fell = false;
    for (std::size_t i = 0; i < contenders_.size(); ++i) {
      if (!right(i)) continue;
      fell = !does(i, [&] { trials_[i]->close(); }) || fell;
      trials_[i].reset();
    }
    if (fell) judge_again();
  }

  void tell_verdicts() const {
    if (settings_.checked) settings_.checked(report_.measurements);
  }

  // What came of something that contender `i` was to do.
  template <typename Work>
  bool does(std::size_t i, const Work& work) {
    try {
      work();
      return true;
    } catch (const WorkplaceLost&) {
      throw;
    } catch (const TrialLost& lost) {
      fall(i, lost.outcome(), lost.what());
    } catch (const std::bad_alloc&) {
      fall(i, Outcome::failed, "cannot allocate the memory that it wants");
    } catch (const std::exception& error) {
      fall(i, Outcome::failed, error.what());
    }
    return false;
  }

  void fall(std::size_t i, Outcome outcome, std::string reason) {
    Measurement& m = report_.measurements[i];
    m.outcome = outcome;
    m.reason = std::move(reason);
    trials_[i].reset();
    if (m.reason == out_of_patience) {
      cut_ = true;
      if (!stopped()) m.reason = out_of_budget;
    }
    if (outcome == Outcome::crashed || outcome == Outcome::timed_out) tell_verdicts();
  }

  bool right(std::size_t i) const {
    return trials_[i] && report_.measurements[i].outcome == Outcome::measured;
  }

  void check_all(std::size_t needed) {
    const double fastest_prediction = std::ranges::min(contenders_, {}, [](const Contender& each) {
                                        return each.candidate.slowdown;
                                      }).candidate.slowdown;
    std::size_t done = 0;
    double longest_check = 0;
    for (const std::size_t i : in_order_of_hope(contenders_)) {
      const Candidate& candidate = contenders_[i].candidate;
      Measurement& m = report_.measurements[i];
      const double times = candidate.slowdown / fastest_prediction;
      const bool last_resort = candidate.slowdown >= hopeless_slowdown;
      if (settings_.gate_slow && !candidate.baseline &&
          (times >= hopeless_slowdown || (last_resort && fastest_prediction < hopeless_slowdown)))
        refuse(m, fmt::format("predicted to take {:.0f} times as long as the fastest", times));
      else if (candidate.workspace_bytes > device_.memory_bytes - needed)
        refuse(m, fmt::format("{} bytes of workspace do not fit the memory",
                              candidate.workspace_bytes));
      else if (stopped()) {
        refuse(m, std::string(out_of_patience));
        cut_ = true;
      } else if (settings_.time && no_time_for(longest_check) &&
                 (enough_checked() || !settings_.at_least_two)) {
        refuse(m, std::string(out_of_budget));
        cut_ = true;
      } else {
        say("checking {} of {}: {}", done + 1, contenders_.size(), text(candidate));
        const double start = clock_.now();
        checking_ = true;
        check(i);
        checking_ = false;
        // A hang is not what the next one is expected to take.
        if (m.outcome != Outcome::timed_out)
          longest_check = std::max(longest_check, clock_.now() - start);
      }
      ++done;
    }
  }

  // The baseline is the first to be checked.
  bool enough_checked() const {
    std::size_t others = 0;
    for (std::size_t i = 0; i < contenders_.size(); ++i)
      others += right(i) && !contenders_[i].candidate.baseline;
    return others > 0;
  }

  void check(std::size_t i) {
    const Contender& contender = contenders_[i];
    Measurement& m = report_.measurements[i];
    if (!verifier_) verifier_.emplace(problem_, workplace_.memory());
    const bool prepared = does(i, [&] {
      const double start = clock_.now();
      trials_[i] = workplace_.prepare(problem_, contender, device_);
      m.create_seconds = clock_.now() - start;
      trials_[i]->expect(expected_call_seconds(i));
    });
    if (!prepared) return;
    apply(i, verifier_->check(*trials_[i], contender.candidate, limit(i)));
    m.first_call_seconds = checked_[i].first_call_seconds;
    while (const auto fallen = verifier_->take_fallen()) check_again(*fallen, i);
  }

  // By what the others took and the predictions; of the first, by the work.
  double expected_call_seconds(std::size_t i) const {
    constexpr double modest = 1e9;  // multiply-accumulates a second
    double good = multiply_accumulates(problem_) / modest;
    for (std::size_t other = 0; other < contenders_.size(); ++other)
      if (right(other))
        good = std::min(
            good, checked_[other].fastest_call_seconds / contenders_[other].candidate.slowdown);
    return good * contenders_[i].candidate.slowdown;
  }

  void apply(std::size_t i, Checked checked) {
    Measurement& m = report_.measurements[i];
    m.outcome = checked.outcome;
    m.reason = checked.reason;
    m.error = checked.error;
    m.deterministic_observed = checked.deterministic;
    checked_[i] = std::move(checked);
    if (m.outcome != Outcome::measured)
      fall(i, m.outcome, m.reason);
    else
      trials_[i]->expect(checked_[i].fastest_call_seconds);
  }

  void check_again(const Fallen& fallen, std::size_t except) {
    for (std::size_t i = 0; i < contenders_.size(); ++i) {
      if (!right(i) || i == except) continue;
      if (text(contenders_[i].candidate) == fallen.candidate) {
        report_.measurements[i].outcome = Outcome::wrong;
        report_.measurements[i].reason = fallen.reason;
        trials_[i].reset();
      } else {
        apply(i, verifier_->check(*trials_[i], contenders_[i].candidate));
      }
    }
  }

  Entrant entrant(std::size_t i) const {
    return entrant_of(contenders_[i].candidate, report_.measurements[i],
                      checked_[i].fastest_call_seconds);
  }

  // Seconds a call beyond which contender `i` is not worth a race.
  double limit(std::size_t i) const {
    constexpr double none = std::numeric_limits<double>::infinity();
    if (!settings_.time || !settings_.gate_slow || contenders_[i].candidate.baseline) return none;
    const Entrant own = entrant(i);
    double seconds = none;
    for (std::size_t other = 0; other < contenders_.size(); ++other)
      if (other != i && right(other))
        seconds = std::min(seconds, slowest_beside(checked_[other].fastest_call_seconds,
                                                   no_worse(entrant(other), own)));
    return std::max(seconds, always_worth_racing);
  }

  static double slowest_beside(double fastest, bool no_worse) {
    if (!no_worse) return too_slow_for_any * fastest;
    return std::min(too_slow_factor * fastest, std::max(long_call, too_slow_if_long * fastest));
  }

  void drop_too_slow() {
    for (std::size_t i = 0; i < contenders_.size(); ++i) {
      if (!right(i)) continue;
      const double seconds = checked_[i].fastest_call_seconds, allowed = limit(i);
      if (seconds <= allowed) continue;
      Measurement& m = report_.measurements[i];
      m.outcome = Outcome::too_slow;
      m.reason =
          fmt::format("a call takes {:.3g} s where {:.3g} s are worth a race", seconds, allowed);
      trials_[i].reset();
    }
  }

  void time_all() {
    drop_too_slow();
    std::vector<std::size_t> racing;
    for (std::size_t i = 0; i < contenders_.size(); ++i)
      if (right(i)) racing.push_back(i);
    if (racing.empty()) return;

    {
      Track track(problem_, verifier_->uniform(), device_, settings_.protocol, workplace_.memory());
      std::size_t lane = 0;
      std::erase_if(racing, [&](std::size_t i) {
        if (!does(i, [&] { track.enter(*trials_[i], checked_[i].fastest_call_seconds); }))
          return true;
        does(i, [&] {
          Measurement& m = report_.measurements[i];
          m.reorder_source_seconds = track.reorder_seconds(lane, Role::source);
          m.reorder_destination_seconds = track.reorder_seconds(lane, Role::destination);
        });
        ++lane;
        return false;
      });
      std::vector<Entrant> entrants;
      for (const std::size_t i : racing) entrants.push_back(entrant(i));
      run_race(track, entrants, racing);
    }
    check_after_race(racing);
  }

  // A device of its own watches its clock itself.
  std::function<void()> usual_sentinel() const {
    return device_.kind == DeviceKind::cpu ? sentinel_work : std::function<void()>();
  }

  void run_race(Track& track, std::span<const Entrant> entrants,
                std::span<const std::size_t> racing) {
    int said = -1;
    Sentinel sentinel(clock_, settings_.sentinel ? settings_.sentinel : usual_sentinel());
    const auto sample = [&](std::size_t lane, int round) -> std::optional<double> {
      sentinel.watch(round);
      if (round != std::exchange(said, round))
        say("round {} of at most {}", round + 1, settings_.race.max_rounds);
      if (!right(racing[lane])) return std::nullopt;
      std::optional<double> seconds;
      does(racing[lane], [&] { seconds = track.sample(lane); });
      return seconds;
    };
    RaceSettings settings = settings_.race;
    settings.whole_first_round = settings_.at_least_two;
    settings.disturbed = [&](int round) { return sentinel.disturbed(round); };
    RaceResult result =
        race(entrants, sample, settings, [&] { return elapsed(); }, [&] { return stopped(); });
    report_.confidence = result.confidence;
    sentinel.finish();
    if (mark(result.samples, sentinel) && result.confidence != Confidence::budget)
      report_.confidence = confidence(result.samples, settings.rule);
    report_.rounds = result.rounds;
    for (std::size_t lane = 0; lane < racing.size(); ++lane) {
      Measurement& m = report_.measurements[racing[lane]];
      m.samples = std::move(result.samples[lane]);
      m.dropped = std::move(result.dropped[lane]);
      if (m.samples.empty() && m.outcome == Outcome::measured) {
        refuse(m, std::string(report_.interrupted ? out_of_patience : out_of_budget));
        cut_ = true;
      }
    }
    if (cut_ && report_.confidence != Confidence::none) report_.confidence = Confidence::budget;
  }

  // Some are right at first and wrong later; what they did in between is not to be believed.
  void check_after_race(std::span<const std::size_t> racing) {
    bool fell = false;
    for (const std::size_t i : racing) {
      if (!right(i)) continue;
      Measurement& m = report_.measurements[i];
      if (const Checked found = verifier_->recheck(*trials_[i], m.candidate);
          found.outcome != Outcome::measured) {
        const bool given_up = found.outcome == Outcome::refused;
        fall(i, found.outcome, given_up ? found.reason : "after the race: " + found.reason);
        fell = true;
      }
    }
    if (fell) judge_again();
  }

  // After somebody with times turned out to be broken.
  void judge_again() {
    if (!settings_.time) return;
    std::vector<std::vector<Sample>> samples;
    for (const Measurement& m : report_.measurements)
      if (m.outcome == Outcome::measured && !m.samples.empty()) samples.push_back(m.samples);
    const bool budget = report_.confidence == Confidence::budget;
    report_.confidence = confidence(samples, settings_.race.rule);
    if (budget && report_.confidence != Confidence::none) report_.confidence = Confidence::budget;
  }

  const ConvProblem& problem_;
  std::span<const Contender> contenders_;
  const Device& device_;
  const TuneSettings& settings_;
  Workplace& workplace_;
  const Clock& clock_;
  double start_;
  std::optional<Verifier> verifier_;
  std::vector<std::unique_ptr<Trial>> trials_;
  std::vector<Checked> checked_;
  bool checking_ = false;
  bool cut_ = false;  ///< the budget or an interrupt kept somebody out
  TuneReport report_;
};

}  // namespace

TuneReport tune(const ConvProblem& problem, std::span<const Contender> contenders,
                const Device& device, const TuneSettings& settings, Workplace& workplace,
                const Clock& clock) {
  return Tuning(problem, contenders, device, settings, workplace, clock).run();
}

TuneReport tune(const ConvProblem& problem, std::span<const Contender> contenders,
                const Device& device, const TuneSettings& settings, const Clock& clock) {
  const std::unique_ptr<Workplace> here = local_workplace(clock);
  return tune(problem, contenders, device, settings, *here, clock);
}

}  // namespace convtune
