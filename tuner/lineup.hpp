#pragma once

#include <memory>
#include <new>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <tuner/clock.hpp>
#include <tuner/race.hpp>
#include <tuner/tune.hpp>
#include <tuner/verifier.hpp>
#include <tuner/workplace.hpp>

namespace convtune {

/// The contenders of one tuning and what became of them so far. All that it is made of must outlive
/// it.
class Lineup {
 public:
  Lineup(const ConvProblem& problem, std::span<const Contender> contenders, const Device& device,
         const TuneSettings& settings, Workplace& workplace, const Clock& clock);

  const ConvProblem& problem;
  std::span<const Contender> contenders;
  const Device& device;
  const TuneSettings& settings;
  Workplace& workplace;
  const Clock& clock;
  TuneReport report;                           ///< a measurement for each
  std::vector<std::unique_ptr<Trial>> trials;  ///< nullptr: not prepared, or out
  std::vector<Checked> checked;
  bool cut = false;     ///< the budget or an interrupt kept somebody out
  bool beside = false;  ///< plans may be made beside the candidate that runs

  std::size_t size() const { return contenders.size(); }
  Measurement& measurement(std::size_t i) { return report.measurements[i]; }
  /// It passed everything so far.
  bool right(std::size_t i) const {
    return trials[i] && report.measurements[i].outcome == Outcome::measured;
  }
  Entrant entrant(std::size_t i) const;

  double elapsed() const { return clock.now() - start_; }
  /// Asks whether to stop; stays true.
  bool stopped();
  bool no_time_for(double seconds) const;
  /// One line for people.
  template <typename... Parts>
  void say(fmt::format_string<Parts...> format, Parts&&... parts) const {
    if (settings.progress) settings.progress(fmt::format(format, std::forward<Parts>(parts)...));
  }
  void tell_verdicts() const;

  static void refuse(Measurement& m, std::string reason);
  /// Contender `i` is out.
  void fall(std::size_t i, Outcome outcome, std::string reason);
  /// Contender `i` does some work; false when it fell over it. Throws WorkplaceLost.
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
  /// Whoever is too slow for a race beside those that passed is out.
  void drop_too_slow();
  /// Seconds a call beyond which contender `i` is not worth a race.
  double limit(std::size_t i) const;

 private:
  double start_;
};

/// The process that ran the candidate is gone.
bool took_its_process(Outcome outcome);

}  // namespace convtune
