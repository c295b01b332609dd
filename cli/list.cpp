#include <convtune/catalogue.hpp>
#include <convtune/devices.hpp>
#include <report/json.hpp>
#include <report/text.hpp>

#include "commands.hpp"
#include "list_candidates.hpp"
#include "problems.hpp"

namespace convtune {
namespace {

template <class Values>
int print(const Session& session, const Values& values) {
  session.print(json(values), rendered(values, session.paper()));
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
        (void)session.context_to_look();  // a device that there is not is bad input here too
        session.warn(unused_modules());
        return print(session, catalogue());
      });

  add_list_candidates(list, session);

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
    return print(session, list_devices(session.context_to_look()));
  });
}

}  // namespace convtune
