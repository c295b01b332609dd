#include "runs.hpp"

#include <cmath>
#include <random>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace convtune {
namespace {

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}
  int below(int end) { return static_cast<int>(random_() % static_cast<std::uint64_t>(end)); }
  bool coin() { return below(2) == 1; }
  double seconds() { return std::ldexp(1 + below(1 << 30) / double(1 << 30), -below(20)); }
  std::uint64_t word() { return random_(); }
  std::optional<bool> maybe() { return coin() ? std::optional(coin()) : std::nullopt; }
  std::string text(const char* stem) {
    static const char* const tails[] = {"", "'; DROP TABLE run; --", "\"\\\n\t", "ümlaut ∞", "x y"};
    return fmt::format("{}{}{}", stem, below(1000), tails[below(5)]);
  }

 private:
  std::mt19937_64 random_;
};

Environment random_environment(Draw& draw, const char* backend) {
  return {
      .backend = backend,
      .identity = {{"machine", draw.text("class ")}, {"threads", std::to_string(draw.below(9))}},
      .recorded = {{"kernel", draw.text("Linux ")}},
      .files = {{.path = draw.text("/lib/"), .size = draw.word(), .modified_ns = -draw.below(9)}}};
}

Measurement random_measurement(Draw& draw, int number,
                               const std::vector<Environment>& environments) {
  Measurement result;
  result.candidate = {.implementation = draw.text("cpu.one"),
                      .configuration = fmt::format("tile={}", number),
                      .revision = 1 + draw.below(3),
                      .tags = {"gemm", draw.text("tag")},
                      .workspace_bytes = static_cast<std::size_t>(draw.word()),
                      .deterministic = draw.coin(),
                      .precision = static_cast<Precision>(draw.below(3)),
                      .layouts = {"nchw", "OIhw16i16o", "opaque"},
                      .slowdown = draw.seconds(),
                      .error_factor = draw.seconds(),
                      .inexact = draw.coin(),
                      .baseline = draw.coin(),
                      .notes = draw.text("note ")};
  if (draw.below(4) != 0)
    result.environment =
        environments[static_cast<std::size_t>(draw.below(static_cast<int>(environments.size())))]
            .hash();
  result.outcome = static_cast<Outcome>(draw.below(8));
  if (result.outcome != Outcome::measured) result.reason = draw.text("because ");
  for (int round = 0; round < draw.below(30); ++round)
    result.samples.push_back({round * (1 + draw.below(2)), draw.seconds()});
  result.first_call_seconds = draw.seconds();
  result.create_seconds = draw.seconds();
  result.reorder_source_seconds = draw.seconds();
  result.reorder_destination_seconds = -0.0;
  result.deterministic_observed = draw.maybe();
  result.error = {draw.maybe(), draw.coin() ? draw.seconds() : INFINITY, draw.seconds()};
  return result;
}

}  // namespace

ConvProblem problem_number(int number) {
  return parse_problem(fmt::format("{}.f32.nchw_n{}c16i{}x9k32f3x3s1x1p1x1d1x1g1",
                                   number % 2 ? "fwd" : "bwdd", 1 + number / 100,
                                   5 + number % 100));
}

Run random_run(const ConvProblem& problem, std::uint64_t seed) {
  Draw draw(seed);
  Run run{.problem = problem};
  run.machine = {draw.text("CPU "), draw.text("class "), draw.text("serial "), R"({"cores":2})"};
  run.environments = {random_environment(draw, "blas"), random_environment(draw, "onednn")};
  run.protocol = static_cast<Protocol>(draw.below(2));
  run.rigour = static_cast<Rigour>(draw.below(5));
  run.seed = draw.word();
  run.settings = R"({"z":2.5})";
  run.verdict = "clear";
  run.started_unix = 1'700'000'000 + static_cast<std::int64_t>(seed);
  run.cost_seconds = draw.seconds();
  run.version = "0.1.0";
  run.commit = draw.text("c0ffee");
  run.who = draw.text("ada@host");
  const int measurements = draw.below(7);
  for (int number = 0; number < measurements; ++number)
    run.measurements.push_back(random_measurement(draw, number, run.environments));
  return run;
}

Run plain_run(const ConvProblem& problem, const std::vector<double>& seconds) {
  Run run{.problem = problem};
  run.environments = {
      {.backend = "cpu", .identity = {{"machine", "m"}}, .recorded = {}, .files = {}}};
  for (std::size_t index = 0; index < seconds.size(); ++index) {
    Measurement measurement;
    measurement.candidate.implementation = fmt::format("cpu.number_{}", index);
    measurement.environment = run.environments.front().hash();
    for (int round = 0; round < 5; ++round) measurement.samples.push_back({round, seconds[index]});
    run.measurements.push_back(measurement);
  }
  return run;
}

std::string describe(const Environment& environment) {
  std::string files;
  for (const LibraryFile& file : environment.files)
    files += fmt::format("{} {} {},", file.path, file.size, file.modified_ns);
  return fmt::format("{} {} {} {}", environment.backend, environment.identity, environment.recorded,
                     files);
}

std::string describe(const Machine& machine) {
  return fmt::format("{}|{}|{}|{}", machine.name, machine.machine_class, machine.serial,
                     machine.fingerprint);
}

std::string describe(const Run& run) {
  const auto flag = [](std::optional<bool> value) { return value ? (*value ? 1 : 0) : -1; };
  std::string lines = fmt::format("{} | {} | {} {} {} {} {} {} {:a} {} {} {}\n", text(run.problem),
                                  describe(run.machine), name(run.protocol), name(run.rigour),
                                  run.seed, run.settings, run.verdict, run.started_unix,
                                  run.cost_seconds, run.version, run.commit, run.who);
  for (const Environment& environment : run.environments) lines += describe(environment) + '\n';
  for (const Measurement& m : run.measurements) {
    const Candidate& c = m.candidate;
    lines +=
        fmt::format("{} {} {} {} {} {} {} {} {} {} {:a} {:a} {} {} {}\n", c.implementation,
                    c.configuration, c.revision, c.tags, c.workspace_bytes, c.deterministic,
                    name(c.precision), c.layouts.source, c.layouts.filter, c.layouts.destination,
                    c.slowdown, c.error_factor, c.inexact, c.baseline, c.notes);
    lines += fmt::format("  {:x} {} {} {:a} {:a} {:a} {:a} {} {} {:a} {:a}:", m.environment,
                         name(m.outcome), m.reason, m.first_call_seconds, m.create_seconds,
                         m.reorder_source_seconds, m.reorder_destination_seconds + 0.0,
                         flag(m.deterministic_observed), flag(m.error.exact), m.error.scaled_max,
                         m.error.bound);
    for (const Sample& sample : m.samples)
      lines += fmt::format(" {}/{:a}", sample.round, sample.seconds);
    lines += '\n';
  }
  return lines;
}

}  // namespace convtune
