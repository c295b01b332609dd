// Any bytes are a model, JSON or neither; what is read are problems that round-trip and notes that
// say where.
#include <cstddef>
#include <cstdint>

#include <inputs/content.hpp>

#include "require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace convtune;
  static const ContentReader read = content_reader({{"batch", 2}}, nullptr, ModelReading::here);
  try {
    const auto list = read({reinterpret_cast<const char*>(data), size}, "input");
    if (!list) return 0;
    for (const ListedProblem& listed : list->problems) {
      require(parse_problem(text(listed.problem)) == listed.problem, text(listed.problem));
      require(listed.repeats >= 1, "repeats of " + text(listed.problem));
    }
    for (const ReadNote& note : list->notes)
      require(note.where.starts_with("input") && !note.text.empty(), note.where);
  } catch (const Error& error) {
    require(error.code() == ErrorCode::bad_input, error.what());
  }
  return 0;
}
