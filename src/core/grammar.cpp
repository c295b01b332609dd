// Tells the grammars of problems apart by what stands in the text.
#include "grammar.hpp"

#include "batch_options.hpp"
#include "benchdnn.hpp"
#include "deepbench.hpp"
#include "miopen.hpp"
#include "syntax_error.hpp"
#include "verbose_log.hpp"

namespace convtune {
namespace {

/// A head ("fwd.", "f32.nchw_", "any_") or a size with its number ("n1").
bool looks_like_own_text(std::string_view text) {
  const std::string_view word = text.substr(0, text.find_first_of(".:_"));
  if (word.size() < text.size() && (direction(word) || data_type(word) || word == "nchw" ||
                                    word == "nhwc" || word == "any" || text[word.size()] == '.'))
    return true;
  return text.size() >= 2 && std::string_view("ncikfspd").find(text[0]) != std::string_view::npos &&
         text[1] >= '0' && text[1] <= '9';
}

}  // namespace

bool looks_like_problem(std::string_view text) {
  return looks_like_benchdnn(text) || looks_like_own_text(text) ||
         looks_like_line(text, DeepBenchColumns());
}

bool looks_like_line(std::string_view line, const DeepBenchColumns& columns) {
  return holds_verbose_line(line) || looks_like_miopen(line) || columns.looks_like(line);
}

std::vector<ListedProblem> parse_line(std::string_view line, const DeepBenchColumns& columns) {
  if (holds_verbose_line(line)) return parse_verbose_line(line);
  if (looks_like_miopen(line)) return parse_miopen(line);
  return {columns.parse(line)};
}

std::vector<ListedProblem> parse_any(std::string_view text, const BatchOptions& options) {
  if (looks_like_benchdnn(text)) return options.problems(text);
  if (looks_like_own_text(text))
    return {ListedProblem{.problem = parse_problem(text), .names = {}, .repeats = 1}};
  throw SyntaxError(text, 0,
                    "a problem such as 'fwd.f32.nchw_n1c64i56x56k64f3x3s1x1p1x1d1x1g1' or "
                    "'mb1ic64ih56oc64kh3ph1'");
}

std::vector<ListedProblem> read_problem(std::string_view line) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t first = std::min(line.find_first_not_of(blanks), line.size());
  const std::size_t last = line.find_last_not_of(blanks);
  line = line.substr(first, last - first + 1);
  if (looks_like_line(line, DeepBenchColumns())) {
    std::vector<ListedProblem> problems = parse_line(line, DeepBenchColumns());
    if (problems.empty())
      throw Error(ErrorCode::bad_input, in_quotes(line) + " is about no convolution");
    return problems;
  }
  return parse_any(line, BatchOptions());
}

}  // namespace convtune
