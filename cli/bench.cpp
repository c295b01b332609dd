#include <algorithm>

#include <fmt/format.h>

#include <convtune/tuner.hpp>
#include <report/json.hpp>
#include <report/text.hpp>

#include "commands.hpp"
#include "constraints.hpp"
#include "interrupt.hpp"
#include "output.hpp"
#include "problems.hpp"
#include "progress.hpp"
#include "settings.hpp"

namespace convtune {
namespace {

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
  Progress progress(session);
  settings.stop = stop_when_interrupted([&] { progress.clear(); });
  settings.progress = [&](const std::string& note) {
    session.warn(tuner.warnings());  // some must be read before anything is timed
    progress.show(0, 1, text(problem), note);
  };
  const Run run = tuner.bench(problem, settings);
  progress.clear();
  session.warn(tuner.warnings());
  session.print(json(run), rendered(run, session.paper()));
  const bool nothing = std::ranges::none_of(
      run.measurements, [](const Measurement& each) { return !each.samples.empty(); });
  if (nothing && !interrupted()) return exit_no;
  if (!interrupted()) return settings.save && run.id == 0 ? exit_environment : exit_done;
  write_message(settings.save
                    ? "Interrupted; what was measured is kept, and another bench adds to it."
                    : "Interrupted; what was measured is shown, and kept only with --save.");
  return exit_interrupted;
}

}  // namespace

void add_bench(Command& program, Session& session) {
  auto options = std::make_shared<Options>();
  BenchOptions& bench_options = options->bench;
  Command command =
      program.add("bench", "Time candidates of one problem, deciding nothing",
                  "convtune bench fwd.f32.any_n1c16i14x14k16f3x3s1x1p1x1d1x1g1 --rounds 5");
  add_problems(command, Count::one, options->problem);
  command
      .option("--candidates", "PATTERN", bench_options.candidates,
              "Only candidates that match, such as 'cpu.fft/*'; * is any text")
      .option("--without", "PATTERN", bench_options.without, "No candidate that matches")
      .number(
          "--rounds", 1,
          [&bench_options](std::int64_t rounds) {
            bench_options.rounds = static_cast<int>(std::min<std::int64_t>(rounds, 1 << 20));
          },
          "How often each candidate is timed")
      .word("--protocol", bench_options.protocol, protocol_words(),
            "State of the caches before each call; warm unless said. cold: everything evicted, "
            "cold_weights: the weights, cold_rotated: tensors not used for long")
      .flag("--save", bench_options.save, "Keep the samples in the database")
      .isolation();
  command.does([&session, options] { return bench(session, *options); });
}

}  // namespace convtune
