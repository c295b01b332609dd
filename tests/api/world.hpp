#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <convtune/error.hpp>
#include <convtune/selector.hpp>
#include <convtune/tuner.hpp>
#include <db/memory_store.hpp>

#include "rooms.hpp"

namespace convtune {

/// A backend that counts how often it is opened.
class FakeBackend final : public Backend {
 public:
  explicit FakeBackend(std::string name) : name_(std::move(name)) {}
  std::string_view name() const override { return name_; }
  std::string unavailable() const override {
    ++opened;
    return missing;
  }
  std::vector<LibraryVersion> libraries() const override {
    ++opened;
    return {library};
  }
  std::map<std::string, std::string> identity(const Device&) const override {
    ++opened;
    return {{"version", library.runtime}};
  }

  mutable int opened = 0;
  std::string missing;
  LibraryVersion library{.name = "libfake", .header = "1.0", .runtime = "1.0", .path = {}};

 private:
  std::string name_;
};

/// An implementation that offers what it is told to.
class FakeImplementation final : public Implementation {
 public:
  FakeImplementation(std::string name, std::string backend)
      : name_(std::move(name)), backend_(std::move(backend)) {}
  std::string_view name() const override { return name_; }
  int revision() const override { return revision_now; }
  Tags tags() const override { return {}; }
  std::string_view summary() const override { return "made for a test"; }
  DeviceKind device() const override { return kind; }
  std::string_view backend() const override { return backend_; }
  bool slow_to_ask() const override { return slow; }
  Offer offer(const ConvProblem&, const Device&) const override {
    ++asked;
    Offer all;
    for (Candidate candidate : candidates) {
      candidate.implementation = name_;
      candidate.revision = revision_now;
      all.candidates.push_back(candidate);
    }
    all.refusals = refusals;
    return all;
  }
  std::vector<Candidate> neighbours(const ConvProblem&, const Device&,
                                    std::size_t most) const override {
    ++asked_for_neighbours;
    std::vector<Candidate> all;
    for (std::size_t i = 0; i < std::min(most, near.size()); ++i) {
      all.push_back(near[i]);
      all.back().implementation = name_;
    }
    return all;
  }
  std::unique_ptr<Plan> prepare(const ConvProblem&, const Candidate&,
                                const Device&) const override {
    throw Error(ErrorCode::environment, "Nothing is prepared in these tests.");
  }

  int revision_now = 1;
  bool slow = false;
  mutable int asked = 0, asked_for_neighbours = 0;
  DeviceKind kind = DeviceKind::cpu;
  std::vector<Candidate> candidates, near;
  std::vector<Refusal> refusals;

 private:
  std::string name_, backend_;
};

inline Candidate candidate_of(const std::string& configuration, std::size_t workspace_bytes = 0,
                              Tags tags = {}) {
  Candidate candidate;
  candidate.configuration = configuration;
  candidate.workspace_bytes = workspace_bytes;
  candidate.deterministic = true;
  candidate.tags = std::move(tags);
  return candidate;
}

/// A machine of two libraries. "lib.conv" has the baseline "default" (1.0 s) and "fast" (0.5 s, 64
/// bytes of workspace), "own.conv" a "plain" (0.8 s), and "own.reference" is the last resort.
class World {
 public:
  World() {
    Candidate standard = candidate_of("default", 0, {"lib"});
    standard.baseline = true;
    lib.candidates = {standard, candidate_of("fast", 64, {"lib", "winograd"})};
    own.candidates = {candidate_of("plain", 0, {"direct"})};
    Candidate last = candidate_of("", 0, {"reference"});
    last.slowdown = 1000;
    reference.candidates = {last};
    seconds = {{"lib.conv/default", 1.0}, {"lib.conv/fast", 0.5}, {"own.conv/plain", 0.8}};
    device.threads = 2;
  }

  Rooms rooms() {
    Rooms rooms;
    rooms.device = device;
    rooms.machine = probe_machine(device);
    rooms.machine.serial = serial;
    rooms.implementations = {&lib, &own, &reference};
    rooms.backends = {&lib_backend, &own_backend};
    rooms.open = [this](OpenMode mode) -> std::shared_ptr<Store> {
      if (!open_error.empty()) throw Error(ErrorCode::environment, open_error);
      if (mode == OpenMode::read && missing_file) return nullptr;
      return store;
    };
    rooms.open_system = [this]() -> std::shared_ptr<const Store> {
      if (!system_error.empty()) throw Error(ErrorCode::environment, system_error);
      return system;
    };
    rooms.tune = [this](const ConvProblem&, std::span<const Contender> contenders, const Device&,
                        const TuneSettings& settings) { return time(contenders, settings); };
    rooms.driver = [this] { return driver; };
    rooms.unix_time = [this] { return now; };
    rooms.seconds = [this] { return steady_now; };
    return rooms;
  }

  Tuned tune(const TuneOptions& options = {}) {
    Tuned last{.listed = listed(),
               .choice = {.problem = problem},
               .baseline = {},
               .speedup = {},
               .counts = {}};
    Tuner tuner(rooms());
    summary = tuner.tune({listed()}, options, [&](const Tuned& tuned) { last = tuned; });
    warnings = tuner.warnings();
    return last;
  }

  Choice select(const Constraints& constraints = {}, OnMiss on_miss = OnMiss::heuristic) {
    return ask({.constraints = constraints, .on_miss = on_miss, .policy = {}});
  }
  Choice ask(const Question& question) {
    Selector selector(rooms());
    Choice choice = selector.select(problem, question);
    warnings = selector.warnings();
    return choice;
  }
  Choice policy(const std::string& name) { return ask({.policy = name}); }

  ListedProblem listed() const { return {.problem = problem, .names = {"layer"}}; }

  FakeBackend lib_backend{"lib"}, own_backend{"own"};
  FakeImplementation lib{"lib.conv", "lib"}, own{"own.conv", "own"},
      reference{"own.reference", "own"};
  std::shared_ptr<Store> store = make_memory_store();
  std::shared_ptr<Store> system = make_memory_store();
  std::string open_error, system_error;
  bool missing_file = false;
  std::int64_t now = 1'000'000;
  double steady_now = 0;
  std::string serial = "this one";
  LibraryFile driver;
  Device device;
  ConvProblem problem = parse_problem("fwd.f32.nchw_n1c8i9x9k8f3x3s1x1p1x1d1x1g1");

  std::map<std::string, double> seconds;        ///< by candidate; missing: 2 s
  std::map<std::string, double> fresh_seconds;  ///< the same in a fresh process; missing: as ever
  std::map<std::string, Drop> drops;            ///< by candidate; who leaves a race early
  int disturbed_round = -1;
  int confirmations = 0;                          ///< races in a fresh process
  std::map<std::string, Outcome> outcomes;        ///< of those that are not right
  std::map<std::string, Outcome> fresh_outcomes;  ///< the same in a fresh process
  std::vector<std::vector<std::string>> races;    ///< who took part
  bool interrupt = false;
  Confidence word = Confidence::clear;
  double race_seconds = 1;

  TuneSummary summary;
  std::vector<std::string> warnings;

 private:
  double seconds_of(const std::string& name, const TuneSettings& settings) const {
    if (settings.fresh_process && fresh_seconds.contains(name)) return fresh_seconds.at(name);
    return seconds.contains(name) ? seconds.at(name) : 2.0;
  }

  std::optional<Outcome> outcome_of(const std::string& name, const TuneSettings& settings) const {
    for (const auto* known : {&fresh_outcomes, &outcomes})
      if ((known == &outcomes || settings.fresh_process) && known->contains(name))
        return known->at(name);
    return std::nullopt;
  }

  TuneReport time(std::span<const Contender> contenders, const TuneSettings& settings) {
    TuneReport report{.measurements = {}, .confidence = word, .interrupted = interrupt};
    std::vector<std::string> names;
    const int rounds = settings.race.rigour == Rigour::one_run ? 1 : 8;
    for (const Contender& contender : contenders) {
      const std::string name = text(contender.candidate);
      names.push_back(name);
      Measurement m;
      m.candidate = contender.candidate;
      if (const auto outcome = outcome_of(name, settings)) {
        m.outcome = *outcome;
        m.reason = "as the test wants it";
      } else if (contender.candidate.slowdown >= 20 && settings.gate_slow) {
        m.outcome = Outcome::refused;
        m.reason = "predicted to be slow";
      } else if (settings.time) {
        for (int round = 0; round < rounds; ++round)
          m.samples.push_back(
              {round, seconds_of(name, settings), /*disturbed=*/round == disturbed_round});
        if (drops.contains(name)) m.dropped = drops.at(name);
      }
      m.deterministic_observed = true;
      report.measurements.push_back(std::move(m));
    }
    races.push_back(std::move(names));
    confirmations += settings.fresh_process;
    steady_now += race_seconds;
    if (settings.progress) settings.progress("round 1");
    report.cost_seconds = race_seconds;
    report.fresh_process = settings.fresh_process;
    ++now;
    return report;
  }
};

}  // namespace convtune
