// Tells the grammars of problems apart by what stands in the text.
#include "grammar.hpp"

#include "batch_options.hpp"
#include "benchdnn.hpp"
#include "syntax_error.hpp"

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
  return looks_like_benchdnn(text) || looks_like_own_text(text);
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
  return parse_any(line.substr(first, last - first + 1), BatchOptions());
}

}  // namespace convtune
