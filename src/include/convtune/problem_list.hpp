#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <convtune/problem.hpp>

namespace convtune {

/// A problem with the names it was read under and how often it occurs.
struct ListedProblem {
  ConvProblem problem;
  std::vector<std::string> names = {};
  std::int64_t repeats = 1;
};

/// A line that was not understood, or was understood with a remark. Columns count from 1.
struct ReadNote {
  std::string where;  ///< "file.txt:12:5"
  std::string text;   ///< what stood there and what was expected
  bool rejected = true;
};

/// What a source holds: equal problems merged in order of appearance, their repeats added.
struct ProblemList {
  std::vector<ListedProblem> problems;
  std::vector<ReadNote> notes = {};
};

/// Rewrites what was read.
struct Modifiers {
  std::optional<std::int64_t> batch = {};
  std::vector<Direction> directions = {};  ///< empty: as written
  std::optional<DataType> type = {};
  std::optional<Layout> layout = {};
  bool constant_weights = false;  ///< skipped, with a note, for backward_weights
};

/// Reads one line of any grammar (canonical text, benchdnn, MIOpenDriver, DeepBench, a line of
/// oneDNN's verbose mode). Throws Error(bad_input).
std::vector<ListedProblem> read_problem(std::string_view line);

/// Reads a whole text: problems in any mix of grammars, '#' comments, benchdnn options (--mb,
/// --dir, --dt, --cfg, --batch=FILE relative to `folder`). A bad line becomes a note and the rest
/// goes on. Where a line of oneDNN's verbose mode is in it, the text is a log: lines that are no
/// problem are passed over.
ProblemList read_problems(std::string_view content, const std::string& source_name,
                          const std::string& folder = {});

/// The same for a text that is known to be a log.
ProblemList read_log(std::string_view content, const std::string& source_name);

/// Reads content of a format that needs a library; nullopt where it is of none of its formats.
using ContentReader =
    std::function<std::optional<ProblemList>(const std::string& content, const std::string& name)>;

/// Resolves one PROBLEMS argument of the command line: problem text, file, "-" (reads `std::cin`),
/// or an installed shape set. `other` is asked first what a file holds. Throws Error(bad_input) for
/// a source that holds no problem.
ProblemList read_source(const std::string& argument, const ContentReader& other = {});

/// Resolves a log: a file, or "-" (reads `std::cin`). Throws Error(bad_input) for one that holds
/// no problem.
ProblemList read_log_source(const std::string& argument);

/// `text` with '?' for control characters and for what is not UTF-8, so that it can be shown.
std::string printable(std::string_view text);

/// How problems are written for other programs; `text` is our own, with repeats and names.
enum class Notation { text, benchdnn, miopen };

/// A line a problem, and between them options where the notation needs them. What cannot be said
/// becomes a note.
struct WrittenProblems {
  std::vector<std::string> lines;
  std::vector<ReadNote> notes;
};
WrittenProblems written(const std::vector<ListedProblem>& problems, Notation notation);

/// Applies `modifiers` and merges equal problems again.
ProblemList modified(ProblemList list, const Modifiers& modifiers);

/// Installed shape sets ("resnet50", "vgg19", ...), and the text of one; nullopt if there is none.
struct ShapeSet {
  std::string_view name;
  std::string_view summary;
  std::string_view content;  ///< benchdnn lines
};
std::vector<ShapeSet> shape_sets();
std::optional<ShapeSet> shape_set(std::string_view name);

}  // namespace convtune
