#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <convtune/measurement.hpp>
#include <convtune/problem_list.hpp>

namespace convtune {

/// Samples of the candidates of one problem, taken interleaved: each of them in every round.
struct Recorded {
  struct Entry {
    std::string candidate;
    std::size_t workspace_bytes = 0;
    bool deterministic = true;
    Precision precision = Precision::strict;
    double first_call_seconds = 0;  ///< 0: unknown
    std::vector<double> seconds;    ///< by round
  };

  std::string problem;
  std::vector<Entry> entries;
  std::size_t library_choice = 0;  ///< the entry that the library takes by itself

  /// Rounds that every entry has.
  std::size_t rounds() const;
};

struct RecordedList {
  std::vector<Recorded> problems;
  std::vector<ReadNote> notes = {};
};

/// Fewer rounds have no two halves to speak of.
inline constexpr std::size_t fewest_recorded_rounds = 4;

/// Reads lines of twelve columns between tabs: network, problem, type, ordinal, implementation,
/// flops, reorder of the source and of the destination, create and first call in us, workspace in
/// bytes, times of the rounds in us between commas. Equal problems and types belong together; their
/// first line is the library's own choice. Blank lines and those that begin with '#' are passed
/// over. A bad line, or a problem with too few rounds, becomes a note and the rest goes on.
RecordedList read_recorded(std::string_view content, const std::string& source_name);

/// The same of a file. Throws Error(bad_input) when it cannot be read or holds no problem.
RecordedList read_recorded_file(const std::string& path);

/// What one run knows of those that took part in all its rounds; no entries where these are fewer
/// than two or their rounds too few.
Recorded recorded_from(const Run& run);

/// How good a rule's choices are by rounds that it did not see, and what it takes. Regret: chosen
/// over best, less 1. Excess: regret less that of choosing by all samples of the deciding half.
struct RuleScore {
  std::string rule;
  double regret_mean = 0, regret_without_worst = 0;  ///< over problems; less the worst problem
  double regret_p95 = 0, over_5_percent = 0;         ///< over all decisions
  double excess_mean = 0, excess_low = 0, excess_high = 0;  ///< 95 % over problems
  double cost_calls = 0;                    ///< its samples' time in calls of the best candidate
  double cost_seconds = 0;                  ///< its samples' time for a problem
  double clear_share = 0, clear_wrong = 0;  ///< of all; of the clear, slower than the tolerance
  double ties_mean = 0;                     ///< others that it could not tell from its choice
};

}  // namespace convtune
