// Any text is a log: problems that can be written in every notation and read back, and notes.
#include <cstddef>
#include <cstdint>

#include <convtune/problem_list.hpp>

#include "require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace convtune;
  const std::string_view content(reinterpret_cast<const char*>(data), size);
  if (content.find("--batch") != std::string_view::npos) return 0;  // files are not its business
  const ProblemList list = read_log(content, "input");
  for (const ListedProblem& listed : list.problems)
    require(listed.repeats >= 1, "repeats of " + text(listed.problem));
  for (const ReadNote& note : list.notes)
    require(note.where.starts_with("input:") && !note.text.empty(), note.where);
  for (const Notation notation : {Notation::text, Notation::benchdnn, Notation::miopen}) {
    const WrittenProblems lines = written(list.problems, notation);
    std::string again;
    for (const std::string& line : lines.lines) again += line + "\n";
    const ProblemList back = read_problems(again, "again");
    for (const ReadNote& note : back.notes) require(!note.rejected, note.where + " " + note.text);
    require(notation != Notation::text || back.problems.size() == list.problems.size(), again);
  }
  return 0;
}
