#include <fmt/format.h>

#include <convtune/tuner.hpp>
#include <report/json.hpp>
#include <report/text.hpp>

#include "commands.hpp"
#include "interrupt.hpp"
#include "problems.hpp"
#include "settings.hpp"
#include "words.hpp"

namespace convtune {
namespace {

const Words<Protocol> protocol_words = {{"warm", Protocol::warm}, {"cold", Protocol::cold}};

struct Options {
  ProblemArguments problem;
  BenchOptions bench;
};

int bench(const Session& session, const Options& options) {
  const Context context = session.context();
  apply_library_settings(context);
  const ConvProblem problem = read_one(options.problem, session);
  watch_interrupts();
  Tuner tuner(context);
  BenchOptions settings = options.bench;
  settings.stop = stop_when_interrupted();
  const Run run = tuner.bench(problem, settings);
  session.warn(tuner.warnings());
  session.print(json(run), rendered(run, session.paper()));
  return interrupted() ? exit_interrupted : exit_done;
}

}  // namespace

void add_bench(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      add_command(app, session, "bench", "Time candidates of one problem, deciding nothing",
                  "convtune bench fwd.f32.any_n1c16i14x14k16f3x3s1x1p1x1d1x1g1 --rounds 5");
  add_problem(*command, options->problem);
  BenchOptions& bench_options = options->bench;
  command->add_option("--candidates", bench_options.candidates, "Only candidates that match")
      ->type_name("PATTERN");
  command->add_option("--without", bench_options.without, "No candidate that matches")
      ->type_name("PATTERN");
  command
      ->add_option_function<int>(
          "--rounds",
          [&bench_options](const int& rounds) {
            if (rounds < 1) throw CLI::ValidationError("--rounds", "at least one round is needed");
            bench_options.rounds = rounds;
          },
          "How often each candidate is timed")
      ->type_name("N");
  add_word(*command, "--protocol", bench_options.protocol, protocol_words,
           "State of the caches before each call; warm unless said");
  command->add_flag("--save", bench_options.save, "Keep the samples in the database");
  command->callback([&session, options] {
    session.action = [&session, options] { return bench(session, *options); };
  });
}

}  // namespace convtune
