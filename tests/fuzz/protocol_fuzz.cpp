// What the tuner and its workers tell each other: whatever parses prints, and parses back to what
// prints the same; all else is refused as bad input.
#include <cstddef>
#include <cstdint>

#include <convtune/error.hpp>

#include "protocol.hpp"
#include "require.hpp"

namespace {

using namespace convtune;

template <class Parse>
void round_trip(std::string_view text, const Parse& parse) {
  try {
    const std::string printed = line(parse(text));
    require(printed.find('\n') == std::string::npos, "more than a line: " + printed);
    // Text that no JSON may hold was replaced, which may make it longer than a line may be.
    if (printed.size() > longest_line) return;
    require(line(parse(printed)) == printed, "another text comes back from " + printed);
  } catch (const Error& error) {
    require(error.code() == ErrorCode::bad_input, error.what());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  round_trip(text, parse_request);
  round_trip(text, parse_answer);
  return 0;
}
