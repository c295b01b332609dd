#include <algorithm>

#include <convtune/catalogue.hpp>
#include <convtune/devices.hpp>
#include <convtune/tuner.hpp>
#include <report/json.hpp>
#include <report/text.hpp>

#include "commands.hpp"
#include "lookup.hpp"
#include "problems.hpp"
#include "settings.hpp"

namespace convtune {
namespace {

template <class Values>
int print(const Session& session, const Values& values) {
  session.print(json(values), rendered(values, session.paper()));
  return exit_done;
}

int list_candidates(const Session& session, const ProblemArguments& arguments,
                    std::size_t neighbours) {
  const Context context = session.context();
  apply_library_settings(context);
  const ConvProblem problem = read_one(arguments, session);
  warn_of_missing(session);
  Tuner tuner(context);
  const Listing listing = tuner.list(problem, neighbours);
  session.warn(tuner.warnings());
  session.print(json(problem, tuner.device(), listing),
                rendered(problem, listing, session.paper()));
  return exit_done;
}

/// Those of the arguments, or those of the database.
int list_problems(const Session& session, const ProblemArguments& arguments, ProblemForm form) {
  if (!arguments.sources.empty()) return print(session, read(arguments, session), form);
  ReadProblems stored;
  for (const ConvProblem& problem : open_store(session.context())->problems())
    stored.problems.push_back({.problem = problem, .names = {}});
  return print(session, stored, form);
}

}  // namespace

void add_list(Command& program, Session& session) {
  Command list = program.add("list", "Say what there is", "convtune list sets");

  list.add("implementations", "Every implementation and whether it runs here",
           "convtune list implementations")
      .does([&session] {
        (void)session.context();  // a device that is not there is bad input here too
        session.warn(unused_modules());
        return print(session, catalogue());
      });

  auto of_candidates = std::make_shared<ProblemArguments>();
  Command candidates =
      list.add("candidates", "Every candidate of a problem, and who refused it and why",
               "convtune list candidates fwd.f32.nchw_n1c64i56x56k64f3x3s1x1p1x1d1x1g1");
  add_problems(candidates, Count::one, *of_candidates);
  auto neighbours = std::make_shared<std::size_t>(0);
  candidates.number(
      "--neighbours", 0,
      [neighbours](std::int64_t count) {
        *neighbours = static_cast<std::size_t>(std::min<std::int64_t>(count, 1 << 20));
      },
      "So many more at most of each implementation whose library has knobs to turn, as the rigour "
      "exhaustive times them");
  candidates.does([&session, of_candidates, neighbours] {
    return list_candidates(session, *of_candidates, *neighbours);
  });

  list.add("sets", "The installed shape sets", "convtune list sets").does([&session] {
    return print(session, shape_sets());
  });

  auto of_problems = std::make_shared<ProblemArguments>();
  Command problems = list.add("problems", "The problems of sources, or those of the database",
                              "convtune list problems resnet50 --batch 1");
  add_problems(problems, Count::any, *of_problems);
  auto form = std::make_shared<ProblemForm>(ProblemForm::table);
  add_form(problems, *form);
  problems.does(
      [&session, of_problems, form] { return list_problems(session, *of_problems, *form); });

  list.add("devices", "What convolutions can run on", "convtune list devices").does([&session] {
    return print(session, list_devices(session.context()));
  });
}

}  // namespace convtune
