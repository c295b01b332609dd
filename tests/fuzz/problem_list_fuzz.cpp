// Any text is a list: problems that round-trip, and notes that say where.
#include <cstddef>
#include <cstdint>

#include <convtune/problem_list.hpp>

#include "require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace convtune;
  const std::string_view content(reinterpret_cast<const char*>(data), size);
  if (content.find("--batch") != std::string_view::npos) return 0;  // files are not its business
  const ProblemList list = read_problems(content, "input");
  for (const ListedProblem& listed : list.problems) {
    require(parse_problem(text(listed.problem)) == listed.problem, text(listed.problem));
    require(listed.repeats >= 1, "repeats of " + text(listed.problem));
  }
  for (const ReadNote& note : list.notes)
    require(note.where.starts_with("input:") && !note.text.empty(), note.where);

  Modifiers modifiers;
  modifiers.directions = {Direction::backward_weights, Direction::forward};
  modifiers.constant_weights = true;
  const ProblemList both = modified(list, modifiers);
  require(both.problems.size() <= 2 * list.problems.size(), "problems from nowhere");
  return 0;
}
