#include <algorithm>
#include <charconv>
#include <map>

#include <convtune/recorded.hpp>

#include "syntax_error.hpp"
#include "text_file.hpp"
#include "text_reader.hpp"

namespace convtune {
namespace {

constexpr double microsecond = 1e-6;

double number(TextReader& reader, const char* what) {
  const std::size_t start = reader.position();
  const std::string_view word = reader.until("\t,");
  double value = 0;
  const char* const begin = word.data();
  const char* const end = begin + word.size();
  const auto [stop, error] = std::from_chars(begin, end, value);
  constexpr double beyond_reason = 1e15;
  if (error != std::errc() || stop != end || !(value >= 0) || value > beyond_reason)
    reader.fail_at(start, what);
  return value;
}

void tab(TextReader& reader, const char* next) {
  if (!reader.accept("\t")) reader.fail(std::string("a tab and ") + next);
}

std::string_view word(TextReader& reader, const char* what) {
  const std::string_view found = reader.until("\t");
  if (found.empty()) reader.fail(what);
  return found;
}

struct Line {
  std::string problem;
  Recorded::Entry entry;
};

std::vector<double> times(TextReader& reader) {
  std::vector<double> seconds;
  do {
    const std::size_t start = reader.position();
    seconds.push_back(microsecond * number(reader, "a time in microseconds"));
    if (seconds.back() <= 0) reader.fail_at(start, "a time above 0");
  } while (reader.accept(","));
  if (!reader.done()) reader.fail("a comma or the end of the line");
  return seconds;
}

Line read_line(std::string_view text) {
  TextReader reader(text);
  Line line;
  word(reader, "the name of a network");
  tab(reader, "a problem");
  const std::string_view problem = word(reader, "a problem");
  tab(reader, "a type");
  line.problem = std::string(problem) + " " + std::string(word(reader, "a type"));
  tab(reader, "an ordinal");
  const std::int64_t ordinal = reader.number();
  tab(reader, "the name of an implementation");
  line.entry.candidate =
      std::string(word(reader, "the name of an implementation")) + "#" + std::to_string(ordinal);
  for (const char* const what :
       {"a number of operations", "the reorder of the source in microseconds",
        "the reorder of the destination in microseconds", "the creation in microseconds"}) {
    tab(reader, what);
    number(reader, what);
  }
  tab(reader, "the first call in microseconds");
  line.entry.first_call_seconds = microsecond * number(reader, "the first call in microseconds");
  tab(reader, "the workspace in bytes");
  line.entry.workspace_bytes = static_cast<std::size_t>(reader.number());
  tab(reader, "times");
  line.entry.seconds = times(reader);
  return line;
}

}  // namespace

std::size_t Recorded::rounds() const {
  if (entries.empty()) return 0;
  return std::ranges::min(entries, {}, [](const Entry& each) { return each.seconds.size(); })
      .seconds.size();
}

RecordedList read_recorded(std::string_view content, const std::string& source_name) {
  RecordedList list;
  struct Place {
    std::size_t problem, line;
  };
  std::map<std::string, Place> known;
  const auto place = [&](std::size_t line, std::size_t column) {
    return source_name + ":" + std::to_string(line) + ":" + std::to_string(column);
  };
  std::size_t number = 1;
  for (std::size_t start = 0; start < content.size(); ++number) {
    const std::size_t end = std::min(content.find('\n', start), content.size());
    std::string_view text = content.substr(start, end - start);
    start = end + 1;
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (text.empty() || text.starts_with('#')) continue;
    try {
      Line line = read_line(text);
      const auto [found, added] =
          known.try_emplace(line.problem, Place{.problem = list.problems.size(), .line = number});
      if (added) list.problems.push_back({.problem = line.problem, .entries = {}});
      list.problems[found->second.problem].entries.push_back(std::move(line.entry));
    } catch (const SyntaxError& error) {
      list.notes.push_back({.where = place(number, error.column()), .text = error.finding()});
    }
  }
  std::erase_if(list.problems, [&](const Recorded& each) {
    const std::size_t rounds = each.rounds();
    if (rounds >= fewest_recorded_rounds) return false;
    list.notes.push_back({.where = place(known.at(each.problem).line, 1),
                          .text = in_quotes(each.problem) + " has " + std::to_string(rounds) +
                                  " rounds, expected at least " +
                                  std::to_string(fewest_recorded_rounds)});
    return true;
  });
  return list;
}

RecordedList read_recorded_file(const std::string& path) {
  RecordedList list = read_recorded(read_text_file(path, false), path);
  if (!list.problems.empty()) return list;
  const std::string why = list.notes.empty()
                              ? "; expected lines of twelve columns between tabs"
                              : "; " + list.notes.front().where + ": " + list.notes.front().text;
  throw Error(ErrorCode::bad_input, "'" + path + "' holds no recorded problem" + why);
}

Recorded recorded_from(const Run& run) {
  Recorded recorded{.problem = text(run.problem), .entries = {}};
  std::size_t most = 0;
  for (const Measurement& each : run.measurements)
    if (each.outcome == Outcome::measured) most = std::max(most, each.samples.size());
  if (most < fewest_recorded_rounds) return recorded;
  bool baseline = false;
  double least = 0;
  for (const Measurement& each : run.measurements) {
    if (each.outcome != Outcome::measured || each.samples.size() != most) continue;
    const std::size_t at = recorded.entries.size();
    const bool likelier = at == 0 || (!baseline && each.candidate.slowdown < least);
    if (each.candidate.baseline || likelier) {
      recorded.library_choice = at;
      least = each.candidate.slowdown;
      baseline = each.candidate.baseline;
    }
    Recorded::Entry& entry = recorded.entries.emplace_back();
    entry.candidate = text(each.candidate);
    entry.workspace_bytes = each.candidate.workspace_bytes;
    entry.deterministic =
        each.candidate.deterministic && each.deterministic_observed.value_or(true);
    entry.precision = each.candidate.precision;
    entry.first_call_seconds = each.first_call_seconds;
    for (const Sample& sample : each.samples) entry.seconds.push_back(sample.seconds);
  }
  if (recorded.entries.size() < 2) recorded.entries.clear();
  return recorded;
}

}  // namespace convtune
