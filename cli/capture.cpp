#include "commands.hpp"
#include "problems.hpp"

namespace convtune {
namespace {

struct Options {
  std::vector<std::string> log;
  Modifiers modifiers;
  ProblemForm form = ProblemForm::text;
};

int capture(const Session& session, const Options& options) {
  return print(session, rewritten(read_log_source(options.log.front()), options.modifiers, session),
               options.form);
}

}  // namespace

void add_capture(Command& program, Session& session) {
  auto options = std::make_shared<Options>();
  Command command = program.add(
      "capture", "Take the workload out of a library's log, with how often each problem occurs",
      "convtune capture run.log");
  command.arguments("LOG", Count::one, options->log,
                    "What a program printed that ran with ONEDNN_VERBOSE=1 (or "
                    "MIOPEN_ENABLE_LOGGING_CMD=1); - for the standard input");
  add_form(command, options->form);
  add_modifiers(command, options->modifiers);
  command.does([&session, options] { return capture(session, *options); });
}

}  // namespace convtune
