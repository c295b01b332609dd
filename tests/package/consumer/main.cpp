// Asks one question as a program outside the project would.
#include <cstdio>

#include <convtune/catalogue.hpp>
#include <convtune/problem.hpp>
#include <convtune/selector.hpp>

int main() try {
  const auto problem =
      convtune::parse_problem("fwd.f32.nchw_n1c64i56x56k64f3x3s1x1p1x1d1x1g1_constw");

  for (const convtune::CatalogueEntry& entry : convtune::catalogue())
    std::printf("%s: %s\n", entry.name.c_str(), entry.reason.empty() ? "ok" : entry.reason.c_str());

  convtune::Context context;
  context.database = ":memory:";
  convtune::Selector selector(context);
  const convtune::Choice choice = selector.select(problem, {});
  std::printf("%s -> %s (%s)\n", text(choice.problem).c_str(), choice.candidate.c_str(),
              choice.reason.c_str());
  if (choice.candidate.empty() || choice.problem != problem) return 1;

  // An exception thrown inside the library is caught by its type here.
  try {
    convtune::parse_problem("fwd.f32.nchw_n1c3i5x5k4f9x9s1x1p0x0d1x1g1");
  } catch (const convtune::InvalidProblem& error) {
    std::printf("%s\n", error.what());
    return 0;
  }
  return 1;
} catch (const convtune::Error& error) {
  std::printf("%s\n", error.what());
  return 1;
}
