#include <algorithm>

#include <fmt/format.h>

#include <convtune/error.hpp>
#include <convtune/tuner.hpp>
#include <report/json.hpp>
#include <report/text.hpp>
#include <report/units.hpp>

#include "commands.hpp"
#include "interrupt.hpp"
#include "output.hpp"
#include "problems.hpp"
#include "progress.hpp"
#include "settings.hpp"

namespace convtune {
namespace {

struct Options {
  ProblemArguments problems;
  VerifyOptions verify;
};

bool was_checked(const Verified& verified) {
  const Outcome outcome = verified.measurement.outcome;
  return outcome != Outcome::refused && outcome != Outcome::too_slow;
}

/// Nothing where no candidate is left: the other problems are still checked.
std::vector<Verified> verify(Tuner& tuner, const ConvProblem& problem,
                             const VerifyOptions& options) {
  try {
    return tuner.verify(problem, options);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::no_answer) throw;
    write_message(error.what());
    return {};
  }
}

/// One problem's verdicts on the standard output; what was not started goes to the standard error.
void tell(const Session& session, const ConvProblem& problem, std::vector<Verified> all) {
  const auto refused = std::ranges::stable_partition(all, was_checked);
  if (!session.common.quiet)
    for (const Verified& each : refused)
      write_message(
          fmt::format("{} not checked: {}", text(each.candidate), each.measurement.reason));
  all.erase(refused.begin(), refused.end());
  if (session.common.json) {
    for (const Verified& each : all) write_output(json(problem, each) + "\n");
  } else if (!all.empty()) {
    write_output(rendered(problem, all, session.paper()) + "\n");
  }
}

int verify(const Session& session, const Options& options) {
  const Context context = session.context();
  apply_library_settings(context);
  const ReadProblems read_problems = read(options.problems, session);
  const std::vector<ListedProblem>& problems = read_problems.problems;

  watch_interrupts();
  Tuner tuner(context);
  Progress progress(session);
  VerifyOptions settings = options.verify;
  settings.stop = stop_when_interrupted([&] { progress.clear(); });
  VerifySummary summary;
  for (std::size_t i = 0; i < problems.size() && !interrupted(); ++i) {
    settings.progress = [&](const std::string& note) {
      progress.show(i, problems.size(), label(problems[i]), note);
    };
    std::vector<Verified> verified = verify(tuner, problems[i].problem, settings);
    progress.clear();
    session.warn(tuner.warnings());
    ++summary.problems;
    for (const Verified& each : verified) summary.add(each);
    tell(session, problems[i].problem, std::move(verified));
  }
  summary.interrupted = interrupted();
  session.print(json(summary), rendered(summary, session.paper()));
  if (summary.interrupted) {
    write_message(fmt::format("Interrupted at {} of {}.", summary.problems,
                              counted(std::ssize(problems), "problem")));
    return exit_interrupted;
  }
  const bool nothing = summary.right + summary.wrong + summary.failed == 0;
  return summary.passed() && !nothing ? read_problems.exit_code(exit_done) : exit_no;
}

}  // namespace

void add_verify(Command& program, Session& session) {
  auto options = std::make_shared<Options>();
  Command command = program.add("verify", "Check candidates against the reference, timing nothing",
                                "convtune verify bwdw.f32.nchw_n2c8i9x9k8f3x3s2x2p1x1d1x1g1");
  add_problems(command, Count::some, options->problems);
  VerifyOptions& verify_options = options->verify;
  command
      .option("--candidates", "PATTERN", verify_options.candidates,
              "Only candidates that match, such as 'cpu.fft/*'; * is any text")
      .option("--without", "PATTERN", verify_options.without, "No candidate that matches")
      .isolation();
  command.does([&session, options] { return verify(session, *options); });
}

}  // namespace convtune
