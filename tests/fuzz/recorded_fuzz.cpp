// Any text is a recording: problems with samples that are times, and notes that say where.
#include <cmath>
#include <cstddef>
#include <cstdint>

#include <convtune/recorded.hpp>

#include "require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace convtune;
  const std::string_view content(reinterpret_cast<const char*>(data), size);
  const RecordedList list = read_recorded(content, "input");
  for (const Recorded& problem : list.problems) {
    require(problem.rounds() >= fewest_recorded_rounds, "rounds of " + problem.problem);
    require(problem.library_choice < problem.entries.size(), "choice of " + problem.problem);
    for (const Recorded::Entry& entry : problem.entries)
      for (const double seconds : entry.seconds)
        require(std::isfinite(seconds) && seconds > 0, "a time of " + entry.candidate);
  }
  for (const ReadNote& note : list.notes)
    require(note.where.starts_with("input:") && !note.text.empty(), note.where);
  return 0;
}
