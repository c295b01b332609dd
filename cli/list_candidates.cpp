// What could run one problem, by name; of several, how many candidates each has.
#include "list_candidates.hpp"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include <convtune/tuner.hpp>
#include <report/candidate_counts.hpp>
#include <report/json.hpp>
#include <report/text.hpp>
#include <report/units.hpp>

#include "interrupt.hpp"
#include "lookup.hpp"
#include "output.hpp"
#include "problems.hpp"
#include "progress.hpp"
#include "settings.hpp"

namespace convtune {
namespace {

struct Options {
  ProblemArguments problems;
  std::size_t neighbours = 0;
};

void list_one(const Session& session, Tuner& tuner, const ConvProblem& problem,
              std::size_t neighbours) {
  const Listing listing = tuner.list(problem, neighbours);
  session.warn(tuner.warnings());
  session.print(json(problem, tuner.device(), listing),
                rendered(problem, listing, session.paper()));
}

int list_many(const Session& session, Tuner& tuner, const ReadProblems& read_problems,
              std::size_t neighbours) {
  const std::vector<ListedProblem>& problems = read_problems.problems;
  const bool json_wanted = session.common.json;
  watch_interrupts();
  const CandidateCountTable table(problems, session.paper());
  Progress progress(session);
  if (!json_wanted) write_output(table.title_line());
  CandidateCounts total;
  total.rejected = read_problems.rejected;
  for (std::size_t i = 0; i < problems.size() && !interrupted(); ++i) {
    progress.show(i, problems.size(), label(problems[i]), "asking");
    const ConvProblem& problem = problems[i].problem;
    const Listing listing = tuner.list(problem, neighbours);
    progress.clear();
    session.warn(tuner.warnings());
    total.add(listing);
    write_output(json_wanted ? json(problem, tuner.device(), listing) + "\n"
                             : table.line(problems[i], listing));
  }
  total.interrupted = interrupted();
  session.print(json(total), "\n" + rendered(total));
  if (!total.interrupted) return read_problems.exit_code(exit_done);
  write_message(fmt::format("Interrupted at {} of {}.", total.problems,
                            counted(std::ssize(problems), "problem")));
  return exit_interrupted;
}

int list_candidates(const Session& session, const Options& options) {
  const Context context = session.context();
  apply_library_settings(context);
  const ReadProblems read_problems = read(options.problems, session);
  warn_of_missing(session, "it is made for what is slow to list");
  Tuner tuner(context);
  if (read_problems.problems.size() > 1)
    return list_many(session, tuner, read_problems, options.neighbours);
  list_one(session, tuner, read_problems.problems.front().problem, options.neighbours);
  return read_problems.exit_code(exit_done);
}

}  // namespace

void add_list_candidates(Command& list, Session& session) {
  auto options = std::make_shared<Options>();
  Command candidates = list.add(
      "candidates",
      "Every candidate of a problem, and who refused it and why; of several problems, how many",
      "convtune list candidates fwd.f32.nchw_n1c64i56x56k64f3x3s1x1p1x1d1x1g1");
  add_problems(candidates, Count::some, options->problems);
  candidates.number(
      "--neighbours", 0,
      [options](std::int64_t count) {
        options->neighbours = static_cast<std::size_t>(std::min<std::int64_t>(count, 1 << 20));
      },
      "So many more at most of each implementation whose library has knobs to turn; the rigour "
      "race times 8 of them, exhaustive 256");
  candidates.does([&session, options] { return list_candidates(session, *options); });
}

}  // namespace convtune
