// Whatever parses prints, parses back equal, and has sizes that do not overflow; all else is
// refused as bad input.
#include <cstddef>
#include <cstdint>

#include <convtune/problem.hpp>

#include "require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace convtune;
  try {
    const ConvProblem problem = parse_problem({reinterpret_cast<const char*>(data), size});
    const std::string printed = text(problem);
    const ConvProblem again = parse_problem(printed);
    require(again == problem, "another problem comes back from " + printed);
    require(text(again) == printed, "another text comes back from " + printed);
    require(ConvProblem::make(problem.shape()) == problem, "not canonical: " + printed);
    for (const Role role : {Role::source, Role::filter, Role::destination, Role::bias})
      require(bytes(problem, role) <= INT64_MAX, "too large: " + printed);
  } catch (const Error& error) {
    require(error.code() == ErrorCode::bad_input, error.what());
  }
  return 0;
}
