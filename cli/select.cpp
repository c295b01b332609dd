#include <convtune/selector.hpp>
#include <report/json.hpp>
#include <report/text.hpp>

#include "commands.hpp"
#include "lookup.hpp"

namespace convtune {
namespace {

struct Options {
  ProblemArguments problem;
  QuestionArguments question;
};

int select(const Session& session, const Options& options) {
  const Choice choice = look_up(session, options.problem, options.question, &Selector::select);
  return ended(session.print(choice, json(choice), rendered(choice, session.paper())));
}

}  // namespace

void add_select(Command& program, Session& session) {
  auto options = std::make_shared<Options>();
  Command command = program.add(
      "select", "Name the candidate to use for one problem",
      "convtune select fwd.f32.nchw_n1c64i56x56k64f3x3s1x1p1x1d1x1g1 --workspace-limit 1MB");
  add_problems(command, Count::one, options->problem);
  add_constraints(command, options->question);
  command.does([&session, options] { return select(session, *options); });
}

}  // namespace convtune
