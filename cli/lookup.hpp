#pragma once

#include <string_view>

#include <convtune/error.hpp>

#include "constraints.hpp"
#include "interrupt.hpp"
#include "output.hpp"
#include "problems.hpp"
#include "progress.hpp"
#include "settings.hpp"

namespace convtune {

/// A database that was named and is not there is more likely misspelt than new to a question.
/// `fate`: what becomes of what is found out, a clause.
void warn_of_missing(const Session& session, std::string_view fate);

/// What select and explain share: `ask` answers the question of the command line. An answer from
/// the database opens nothing; where a miss is measured, that is shown and may be interrupted.
template <class Answer>
Answer look_up(const Session& session, const ProblemArguments& problems,
               const QuestionArguments& arguments,
               Answer (Selector::*ask)(const ConvProblem&, const Question&)) {
  Question question = checked(arguments);
  const Context context = session.context();
  if (arguments.measures())
    apply_library_settings(context);
  else
    adopt_library_settings(context);
  const ConvProblem problem = read_one(problems, session);

  warn_of_missing(session,
                  arguments.measures() ? "what is measured is kept there" : "a lookup makes none");
  Selector selector(context);
  Progress progress(session);
  if (arguments.measures()) {
    watch_interrupts();
    question.stop = stop_when_interrupted([&] { progress.clear(); });
    question.progress = [&](const std::string& note) {
      session.warn(selector.warnings());  // some must be read before anything is timed
      progress.show(0, 1, text(problem), note);
    };
  }
  const auto tell = [&] {
    progress.clear();
    session.warn(selector.warnings());
  };
  try {
    const Answer answer = (selector.*ask)(problem, question);
    tell();
    return answer;
  } catch (const Error&) {
    tell();
    throw;
  }
}

/// The exit code of a lookup that would end with `code`, told when it was interrupted.
int ended(int code);

}  // namespace convtune
