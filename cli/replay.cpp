#include <fmt/format.h>

#include <convtune/catalogue.hpp>
#include <convtune/error.hpp>
#include <convtune/replay.hpp>
#include <report/replay.hpp>
#include <report/units.hpp>

#include "commands.hpp"
#include "constraints.hpp"
#include "output.hpp"
#include "problems.hpp"

namespace convtune {
namespace {

struct Options {
  ProblemArguments problems;
  std::string recorded;
  ReplayOptions replay;
};

Words<std::string> rule_words() {
  Words<std::string> words;
  for (const auto& [name, summary] : replay_rules()) words.emplace_back(name, name);
  return words;
}

std::string rules_explained() {
  std::string text = "Only this rule beside all_samples:";
  const char* separator = " ";
  for (const auto& [name, summary] : replay_rules()) {
    text += fmt::format("{}{}: {}", separator, name, summary);
    separator = "; ";
  }
  return text;
}

// Lines that were rejected come first, as in any list.
int replay_file(const Session& session, const Options& options) {
  if (!options.problems.sources.empty())
    throw Error(ErrorCode::bad_input,
                "Replay takes problems of the database or --recorded, not both.");
  const Replay replay = replay_recorded(options.recorded, options.replay);
  for (const ReadNote& note : replay.notes) write_message(note.where + ": " + note.text);
  session.print(json(replay), rendered(replay, session.paper()));
  return replay.notes.empty() ? exit_done : exit_bad_input;
}

int replay_database(const Session& session, const Options& options) {
  ReadProblems asked;
  if (!options.problems.sources.empty()) asked = read(options.problems, session);
  const auto store = open_store(session.context());
  std::vector<ConvProblem> problems = store->problems();
  if (!asked.problems.empty()) {
    problems.clear();
    for (const ListedProblem& each : asked.problems) problems.push_back(each.problem);
  }
  const Replay replay = replay_stored(*store, problems, options.replay);
  if (replay.left_out > 0)
    session.warn(
        {fmt::format("{} of {} {} no {} run with two candidates in {} rounds: 'convtune "
                     "tune --rigour exhaustive --retune' makes one.",
                     replay.left_out, counted(std::ssize(problems), "problem"),
                     replay.left_out == 1 ? "has" : "have", name(options.replay.protocol),
                     fewest_recorded_rounds)});
  session.print(json(replay), rendered(replay, session.paper()));
  return asked.exit_code(replay.problems > 0 ? exit_done : exit_no);
}

}  // namespace

void add_replay(Command& program, Session& session) {
  auto options = std::make_shared<Options>();
  Command command =
      program.add("replay", "Decide again from stored samples, or those of a file, by other rules",
                  "convtune replay --rule median_10");
  add_problems(command, Count::any, options->problems);
  command
      .option("--recorded", "FILE", options->recorded,
              "Samples of a file instead of the database: a candidate a line, twelve columns "
              "between tabs")
      .word("--rule", options->replay.rule, rule_words(), rules_explained())
      .word("--protocol", options->replay.protocol, protocol_words(),
            "Which stored runs; warm unless said");
  command.does([&session, options] {
    return options->recorded.empty() ? replay_database(session, *options)
                                     : replay_file(session, *options);
  });
}

}  // namespace convtune
