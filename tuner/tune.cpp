#include <memory>
#include <optional>

#include <fmt/format.h>

#include <tuner/tune.hpp>

#include "checks.hpp"
#include "evict.hpp"
#include "lineup.hpp"
#include "pace_watch.hpp"
#include "track.hpp"

namespace convtune {
namespace {

class Tuning {
 public:
  Tuning(const ConvProblem& problem, std::span<const Contender> contenders, const Device& device,
         const TuneSettings& settings, Workplace& workplace, const Clock& clock)
      : lineup_(problem, contenders, device, settings, workplace, clock),
        settings_(settings),
        needed_(memory_needed(problem)),
        checks_(lineup_, needed_) {}

  ~Tuning() { lineup_.workplace.stop_when({}); }
  Tuning(const Tuning&) = delete;
  Tuning& operator=(const Tuning&) = delete;

  TuneReport run() {
    lineup_.workplace.stop_when(
        [this] { return lineup_.stopped() || checks_.far_beyond_budget(); });
    if (const std::string reason = impossible(); !reason.empty()) {
      for (Measurement& m : report_.measurements) Lineup::refuse(m, reason);
    } else if (lineup_.size() > 0) {
      try {
        checks_.run();
        lineup_.tell_verdicts();
        if (settings_.time) time_all();
        close_all();
      } catch (const std::bad_alloc&) {
        give_up();
      }
    }
    report_.cost_seconds = lineup_.elapsed();
    return std::move(report_);
  }

 private:
  // Why nobody can be checked or timed; empty: all can.
  std::string impossible() const {
    const Device& device = lineup_.device;
    if (needed_ > device.memory_bytes)
      return fmt::format("checking this problem takes {} bytes of memory and there are {}", needed_,
                         device.memory_bytes);
    if (settings_.protocol == Protocol::cold_weights &&
        (device.kind != DeviceKind::cpu || !can_evict()))
      return "this processor cannot drive the weights alone out of its caches";
    return {};
  }

  // The problem's own tensors could not be had; whoever was found broken before stays so.
  void give_up() {
    for (Measurement& m : report_.measurements)
      if (m.outcome == Outcome::measured)
        Lineup::refuse(m, "there is not enough memory for the tensors of this problem");
    report_.confidence = Confidence::none;
  }

  // Some end well and not their plans.
  void close_all() {
    bool fell = false;
    for (std::size_t i = 0; i < lineup_.size(); ++i) {
      if (!lineup_.right(i)) continue;
      fell = !lineup_.does(i, [&] { lineup_.trials[i]->close(); }) || fell;
      lineup_.trials[i].reset();
    }
    if (fell) judge_again();
  }

  void time_all() {
    lineup_.drop_too_slow();
    std::vector<std::size_t> racing;
    for (std::size_t i = 0; i < lineup_.size(); ++i)
      if (lineup_.right(i)) racing.push_back(i);
    if (racing.empty()) return;

    {
      Track track(lineup_.problem, checks_.uniform(), lineup_.device, settings_.protocol,
                  lineup_.workplace.memory());
      std::size_t lane = 0;
      std::erase_if(racing, [&](std::size_t i) {
        const double call_seconds = lineup_.checked[i].fastest_call_seconds;
        if (!lineup_.does(i, [&] { track.enter(*lineup_.trials[i], call_seconds); })) return true;
        lineup_.does(i, [&] {
          Measurement& m = lineup_.measurement(i);
          m.reorder_source_seconds = track.reorder_seconds(lane, Role::source);
          m.reorder_destination_seconds = track.reorder_seconds(lane, Role::destination);
        });
        ++lane;
        return false;
      });
      std::vector<Entrant> entrants;
      for (const std::size_t i : racing) entrants.push_back(lineup_.entrant(i));
      run_race(track, entrants, racing);
    }
    if (checks_.again(racing)) judge_again();
  }

  // A device of its own watches its clock itself.
  std::function<void()> usual_sentinel() const {
    return lineup_.device.kind == DeviceKind::cpu ? sentinel_work : std::function<void()>();
  }

  void run_race(Track& track, std::span<const Entrant> entrants,
                std::span<const std::size_t> racing) {
    int said = -1;
    PaceWatch watch(lineup_.clock, settings_.sentinel ? settings_.sentinel : usual_sentinel(),
                    racing.size());
    const auto sample = [&](std::size_t lane, int round) -> std::optional<double> {
      watch.before(round);
      if (round != std::exchange(said, round))
        lineup_.say("round {} of at most {}", round + 1, settings_.race.max_rounds);
      const std::size_t i = racing[lane];
      if (!lineup_.right(i)) return std::nullopt;
      std::optional<double> seconds;
      lineup_.does(i, [&] { seconds = track.sample(lane); });
      if (seconds) watch.after(round, lane, lineup_.trials[i]->pace());
      return seconds;
    };
    RaceSettings settings = settings_.race;
    settings.whole_first_round = settings_.at_least_two;
    settings.disturbed = [&](int round) { return watch.disturbed(round); };
    RaceResult result = race(
        entrants, sample, settings, [&] { return lineup_.elapsed(); },
        [&] { return lineup_.stopped(); });
    report_.confidence = result.confidence;
    watch.finish();
    if (mark(result.samples, settings.disturbed) && result.confidence != Confidence::budget)
      report_.confidence = confidence(result.samples, settings.rule);
    report_.rounds = result.rounds;
    for (std::size_t lane = 0; lane < racing.size(); ++lane) {
      Measurement& m = lineup_.measurement(racing[lane]);
      m.samples = std::move(result.samples[lane]);
      m.dropped = std::move(result.dropped[lane]);
      m.megahertz = watch.megahertz(lane);
      if (m.samples.empty() && m.outcome == Outcome::measured) {
        Lineup::refuse(m, std::string(report_.interrupted ? out_of_patience : out_of_budget));
        lineup_.cut = true;
      }
    }
    if (lineup_.cut && report_.confidence != Confidence::none)
      report_.confidence = Confidence::budget;
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

  Lineup lineup_;
  const TuneSettings& settings_;
  std::size_t needed_;
  Checks checks_;
  TuneReport& report_ = lineup_.report;
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
