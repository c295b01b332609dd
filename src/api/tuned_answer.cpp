#include "tuned_answer.hpp"

#include <algorithm>
#include <iterator>
#include <span>

#include <fmt/format.h>

#include "answer.hpp"
#include "denied.hpp"
#include "glob.hpp"
#include "known.hpp"
#include "why_not.hpp"

namespace convtune {
namespace {

bool fixed_answer(const TuneOptions& options) {
  return options.candidates.empty() && options.without.empty();
}

bool wanted(const Listing::Refused& refused, const TuneOptions& options) {
  const std::string name = name_of(refused);
  return (options.candidates.empty() || matches(options.candidates, name)) &&
         (options.without.empty() || !matches(options.without, name));
}

// " NAME is on the denylist (...): REASON. So are 3 others."; empty where nothing is denied.
std::string what_is_denied(std::span<const Listing::Refused> refused) {
  const auto first = std::ranges::find_if(refused, is_denied);
  if (first == refused.end()) return {};
  std::string sentences = fmt::format(" {} {}.", name_of(*first), first->reason);
  const auto others = std::ranges::count_if(refused, is_denied) - 1;
  if (others == 1) sentences += " So is another.";
  if (others > 1) sentences += fmt::format(" So are {} others.", others);
  return sentences;
}

// " NAME: REASON." of the first that says why it came to nothing; where there is nobody, what keeps
// everybody out.
std::string why_nothing(const std::vector<Contender>& chosen, const std::vector<Run>& runs,
                        std::span<const Listing::Refused> refused, const TuneOptions& options) {
  for (const Contender& contender : chosen)
    for (const Run& run : runs)
      for (const Measurement& each : run.measurements)
        if (!each.reason.empty() && text(each.candidate) == text(contender.candidate))
          return fmt::format(" {}: {}.", text(each.candidate), each.reason);
  if (!chosen.empty()) return {};
  if (std::string denied = what_is_denied(refused); !denied.empty()) return denied;
  return fixed_answer(options) ? " There is none." : " None matches the patterns.";
}

}  // namespace

std::vector<Run> rows_of(const std::vector<Contender>& chosen, const std::vector<Run>& runs,
                         const TuneOptions& options) {
  if (fixed_answer(options)) return runs;
  std::vector<Run> kept = runs;
  for (Run& run : kept)
    std::erase_if(run.measurements, [&](const Measurement& measurement) {
      return std::ranges::none_of(chosen, [&](const Contender& contender) {
        return text(contender.candidate) == text(measurement.candidate);
      });
    });
  return kept;
}

Verdict verdict_of(const std::vector<Run>& rows, const TuneOptions& options) {
  return decide_for(rows, Constraints{.protocol = options.protocol});
}

Tuned answered(const ListedProblem& listed, const std::vector<Run>& runs,
               const TuneOptions& options, const std::vector<Contender>& chosen,
               const std::vector<Listing::Refused>& refusals, const Rooms& rooms) {
  Tuned tuned{.listed = listed,
              .choice = no_choice(listed.problem, rooms, "No candidate could be measured."),
              .baseline = {},
              .speedup = {},
              .counts = {}};
  const Known known(runs, options, 0);
  for (const Contender& each : chosen)
    if (const auto outcome = known.outcome(each.candidate)) ++tuned.counts[*outcome];
  std::vector<Listing::Refused> refused;
  std::ranges::copy_if(refusals, std::back_inserter(refused),
                       [&](const Listing::Refused& each) { return wanted(each, options); });
  if (!refused.empty()) tuned.counts[Outcome::refused] += static_cast<int>(refused.size());

  const std::vector<Run> rows = rows_of(chosen, runs, options);
  const Verdict verdict = verdict_of(rows, options);
  if (verdict.ranking.empty()) {
    tuned.choice.reason += why_nothing(chosen, runs, refused, options);
    return tuned;
  }
  tuned.choice = measured_choice(listed.problem, verdict, Provenance::exact, rooms);

  for (const Ranked& each : verdict.ranking)
    if (const Candidate& candidate = each.measurement->candidate; candidate.baseline) {
      tuned.baseline = {
          .candidate = text(candidate), .seconds = each.seconds, .notes = candidate.notes};
      tuned.speedup = each.seconds / *tuned.choice.seconds;
      return tuned;
    }

  // Where the baseline may not answer, the newest run that has both says how they compare.
  for (const Run& run : runs) {
    const Measurement *choice = nullptr, *baseline = nullptr;
    for (const Measurement& m : run.measurements) {
      if (m.outcome != Outcome::measured || m.samples.empty()) continue;
      if (m.candidate.baseline) baseline = &m;
      if (text(m.candidate) == tuned.choice.candidate) choice = &m;
    }
    if (!choice || !baseline || run.protocol != options.protocol) continue;
    const auto speedup = paired_ratio(*baseline, *choice);
    if (!speedup) continue;
    tuned.speedup = speedup;
    // On the scale of the choice's own time, so that the two and their ratio agree.
    tuned.baseline = {.candidate = text(baseline->candidate),
                      .seconds = *tuned.choice.seconds * *speedup,
                      .notes = baseline->candidate.notes};
  }
  return tuned;
}

}  // namespace convtune
