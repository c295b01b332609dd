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

int explain(const Session& session, const Options& options) {
  const Explanation explanation =
      look_up(session, options.problem, options.question, &Selector::explain);
  // Why there is no answer is an answer here.
  session.print(json(explanation), rendered(explanation, session.paper()));
  return ended(explanation.choice.candidate.empty() ? exit_no : exit_done);
}

}  // namespace

void add_explain(Command& program, Session& session) {
  auto options = std::make_shared<Options>();
  Command command = program.add("explain", "Say why select answers what it answers",
                                "convtune explain fwd.f32.nchw_n1c64i56x56k64f3x3s1x1p1x1d1x1g1");
  command.flag("--cudnn-find", options->question.question.library_search,
               "On a GPU also what cuDNN's own search says, to compare with");
  add_problems(command, Count::one, options->problem);
  add_constraints(command, options->question);
  command.does([&session, options] { return explain(session, *options); });
}

}  // namespace convtune
