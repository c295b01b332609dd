#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <convtune/tuner.hpp>
#include <report/json.hpp>
#include <report/text.hpp>
#include <report/units.hpp>

#include "amounts.hpp"
#include "commands.hpp"
#include "constraints.hpp"
#include "interrupt.hpp"
#include "output.hpp"
#include "problems.hpp"
#include "progress.hpp"
#include "settings.hpp"

namespace convtune {
namespace {

const Words<Rigour> rigour_words = {{"one_run", Rigour::one_run},
                                    {"race", Rigour::race},
                                    {"confirmed", Rigour::confirmed},
                                    {"exhaustive", Rigour::exhaustive}};

constexpr double least_budget = 1e-9;  ///< 0 would mean none

struct Options {
  ProblemArguments problems;
  TuneOptions tune;
};

/// Where the times come from: without it, a table of times says nothing.
std::string heading(const Tuner& tuner, const TuneOptions& options, std::size_t problems) {
  return fmt::format("{}, {}, {} caches, rigour {}: {}\n", tuner.device().name,
                     counted(tuner.device().threads, "thread"), name(options.protocol),
                     name(options.rigour), counted(static_cast<std::int64_t>(problems), "problem"));
}

std::string going_on(const TuneSummary& summary) {
  return fmt::format(
      "Interrupted at {} of {}; what was measured is kept, and the same command goes on from "
      "there.",
      summary.tuned + summary.from_store, counted(summary.problems, "problem"));
}

int tune(const Session& session, const Options& options) {
  const Context context = session.context();
  apply_library_settings(context);
  const ReadProblems read_problems = read(options.problems, session);
  const std::vector<ListedProblem>& problems = read_problems.problems;

  watch_interrupts();
  Tuner tuner(context);
  const bool json_wanted = session.common.json;
  const TuneTable table(problems, session.paper());
  Progress progress(session);
  // Only when it is clear that the tuning begins: a database that cannot be used is told first.
  auto title = [&, written = false]() mutable {
    if (json_wanted || std::exchange(written, true)) return;
    write_output(heading(tuner, options.tune, problems.size()) + table.title_line());
  };

  TuneOptions settings = options.tune;
  settings.stop = stop_when_interrupted([&] { progress.clear(); });
  bool unanswered = false;
  const auto done = [&](const Tuned& tuned) {
    unanswered = unanswered || tuned.choice.candidate.empty();
    progress.clear();
    title();
    session.warn(tuner.warnings());
    write_output(json_wanted ? json(tuned) + "\n" : table.line(tuned));
  };
  const auto told = [&](const TuneProgress& state) {
    if (state.done != nullptr || state.index >= problems.size()) return;
    session.warn(tuner.warnings());  // some must be read before anything is timed
    const ListedProblem& problem = problems[state.index];
    const std::string note = state.note == text(problem.problem) ? std::string{} : state.note;
    progress.show(state.index, state.total, label(problem), note, state.remaining_seconds);
  };
  TuneSummary summary = tuner.tune(problems, settings, done, told);
  summary.rejected = read_problems.rejected;

  progress.clear();
  session.warn(tuner.warnings());
  session.print(json(summary), "\n" + rendered(summary, session.paper()));
  if (summary.interrupted) {
    write_message(going_on(summary));
    return exit_interrupted;
  }
  if (summary.unstored > 0) return exit_environment;
  return read_problems.exit_code(unanswered ? exit_no : exit_done);
}

}  // namespace

void add_tune(Command& program, Session& session) {
  auto options = std::make_shared<Options>();
  TuneOptions& tune_options = options->tune;
  Command command = program.add("tune", "Time every candidate of each problem and keep the answers",
                                "convtune tune alexnet --batch 1 --const-weights --budget 2s");
  add_problems(command, Count::some, options->problems);
  command
      .option(
          "--budget", "TIME",
          [&tune_options](const std::string& text) {
            tune_options.budget_seconds = std::max(parse_duration(text), least_budget);
          },
          "Time for the whole command: 90s, 10m, 1h30m, or seconds; what is not reached is "
          "skipped, "
          "but the first problem always gets its baseline and one more")
      .word("--rigour", tune_options.rigour, rigour_words,
            "How much is done to be sure; race unless said. confirmed: winner, runner-up and "
            "baseline "
            "are timed again, apart")
      .word("--protocol", tune_options.protocol, protocol_words(),
            "State of the caches before each call; warm unless said. cold: everything evicted, "
            "cold_weights: the weights, cold_rotated: tensors not used for long")
      .option(
          "--candidates", "PATTERN", tune_options.candidates,
          "Only candidates that match, such as 'cpu.fft/*'; * is any text; the baseline is timed "
          "beside them")
      .option("--without", "PATTERN", tune_options.without, "No candidate that matches")
      .flag("--retune", tune_options.retune, "Time again what is known")
      .isolation();
  command.does([&session, options] { return tune(session, *options); });
}

}  // namespace convtune
