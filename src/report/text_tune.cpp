// A sweep for people.
#include <algorithm>

#include <fmt/format.h>

#include <report/text.hpp>
#include <report/units.hpp>

namespace convtune {
namespace {

constexpr std::size_t usual_candidate_width = 72;  ///< of a decorated one

std::size_t longest_label(const std::vector<ListedProblem>& problems) {
  std::size_t longest = 0;
  for (const ListedProblem& listed : problems) longest = std::max(longest, label(listed).size());
  return longest;
}

std::string note(const Tuned& tuned) {
  const Choice& choice = tuned.choice;
  std::string text(choice.candidate.empty() ? "none" : name(choice.confidence));
  if (!choice.ties.empty()) text += fmt::format(" with {}", choice.ties.size());
  if (tuned.from_store) text += ", stored";
  return text;
}

/// The kernel out of a note such as "oneDNN's own choice: jit:avx2, source nchw, ...".
std::string own_choice(const std::string& notes) {
  const std::size_t start = notes.find(": ");
  if (start == std::string::npos) return notes;
  return notes.substr(start + 2, notes.find(',', start) - start - 2);
}

Tone tone_of(std::optional<double> speedup) {
  if (!speedup) return Tone::faint;
  return *speedup > 1.02 ? Tone::good : *speedup < 0.98 ? Tone::bad : Tone::plain;
}

}  // namespace

std::string label(const ListedProblem& listed) {
  if (listed.names.empty()) return text(listed.problem);
  if (listed.names.size() == 1) return listed.names.front();
  return fmt::format("{} +{}", listed.names.front(), listed.names.size() - 1);
}

TuneTable::TuneTable(const std::vector<ListedProblem>& problems, const Paper& paper)
    : table_({{.title = "layer", .shrinks = true, .width = longest_label(problems)},
              {.title = "winner", .shrinks = true, .width = usual_candidate_width},
              {.title = "time", .right = true, .width = 7},
              {.title = "library's own", .shrinks = true, .width = 23},
              {.title = "time", .right = true, .width = 7},
              {.title = "ratio", .right = true, .width = 6},
              {.title = "verdict", .width = 7}}),
      paper_(paper) {}

std::string TuneTable::line(const Tuned& tuned) const {
  const Choice& choice = tuned.choice;
  std::optional<double> baseline;
  if (tuned.baseline) baseline = tuned.baseline->seconds;
  const std::string own = tuned.baseline ? own_choice(tuned.baseline->notes) : "-";
  return table_.line({label(tuned.listed),
                      choice.candidate.empty() ? choice.reason : choice.candidate,
                      human_seconds(choice.seconds),
                      own,
                      human_seconds(baseline),
                      {human_ratio(tuned.speedup), tone_of(tuned.speedup)},
                      {note(tuned), Tone::faint}},
                     paper_);
}

std::string rendered(const TuneSummary& summary, const Paper& paper) {
  std::string text = counted(summary.problems, "problem") + ": ";
  text += fmt::format("{} tuned, {} from the store", summary.tuned, summary.from_store);
  if (summary.skipped > 0) text += fmt::format(", {} skipped", summary.skipped);
  if (summary.unanswered > 0) text += fmt::format(", {} without an answer", summary.unanswered);
  if (summary.unstored > 0) text += fmt::format(", {} not stored", summary.unstored);
  if (summary.rejected > 0) text += fmt::format(", {} rejected", summary.rejected);
  text += " in " + human_seconds(summary.cost_seconds) + "\n";
  if (summary.speedup_geomean) {
    text += "over the library's own choice: " +
            toned(human_ratio(summary.speedup_geomean), Tone::strong, paper) + " (geometric mean)";
    if (summary.network_speedup)
      text += ", " + toned(human_ratio(summary.network_speedup), Tone::strong, paper) +
              " for the whole network";
    text += "\n";
  }
  return text;
}

}  // namespace convtune
