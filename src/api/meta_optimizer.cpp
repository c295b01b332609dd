#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <convtune/defaults.hpp>
#include <convtune/error.hpp>
#include <convtune/meta_optimizer.hpp>

#include "answer.hpp"
#include "known.hpp"
#include "rows.hpp"
#include "run_record.hpp"

namespace convtune {
namespace {

constexpr const char* who = "MetaOptimizer";

bool carries(const Tags& tags, const std::string& tag) {
  return std::ranges::find(tags, tag) != tags.end();
}

bool known(const PartialShape& shape) {
  return std::ranges::all_of(shape, [](const auto& extent) { return extent.has_value(); });
}

std::vector<std::int64_t> numbers(const PartialShape& shape) {
  std::vector<std::int64_t> all;
  for (const auto& extent : shape) all.push_back(extent.value());
  return all;
}

ConvProblem problem_of(const MetaNode& node) {
  ConvShape shape = conv_shape(numbers(node.image), numbers(node.kernel), node.parameters);
  shape.direction = node.direction;
  shape.source_type = shape.filter_type = shape.destination_type = node.type;
  shape.accumulation = usual_accumulation(node.type);
  return ConvProblem::make(shape);
}

/// Of the two tensors that the node reads; a gradient of the output follows from image and kernel.
int unknown_inputs(const MetaNode& node) {
  const bool image = known(node.image), kernel = known(node.kernel), top = image && kernel;
  const bool first = node.direction == Direction::backward_data ? kernel : image;
  const bool second = node.direction == Direction::forward ? kernel : top;
  return (first ? 0 : 1) + (second ? 0 : 1);
}

/// Lines for people, down to a level.
class Report {
 public:
  explicit Report(const MetaOptions& options) : options_(options) {}

  void at(int level, const std::string& line) const {
    if (options_.verbose >= level && options_.print) options_.print(line);
  }
  void not_applicable(const std::string& name, const std::string& reason) const {
    at(1, fmt::format("* {}: not applicable: {}", name, reason));
  }

 private:
  const MetaOptions& options_;
};

/// Everybody on offer and everybody who is not, with tags.
struct Registry {
  std::vector<MetaOptimizer::Entry> entries;
  std::vector<const Contender*> contenders;  // of the entries that apply, else nullptr

  Registry(const Offers& offers, const Rooms& rooms) {
    for (const Contender& each : offers.contenders)
      add({text(each.candidate), each.candidate.tags, {}}, &each);
    for (const Listing::Refused& refused : offers.left_out()) {
      const std::string slash = refused.configuration.empty() ? "" : "/";
      add({refused.implementation + slash + refused.configuration,
           rooms.implementation(refused.implementation)->tags(), refused.reason},
          nullptr);
    }
  }

  std::vector<std::size_t> surviving(const MetaOptions& options) const {
    std::vector<Tags> tags;
    for (const auto& entry : entries) tags.push_back(entry.tags);
    return convtune::surviving(tags, options.including, options.excluding);
  }

 private:
  void add(MetaOptimizer::Entry entry, const Contender* contender) {
    entries.push_back(std::move(entry));
    contenders.push_back(contender);
  }
};

}  // namespace

std::vector<std::size_t> surviving(std::span<const Tags> candidates, const Tags& including,
                                   const Tags& excluding) {
  std::vector<std::size_t> order;
  std::map<std::size_t, int> counts;
  const auto add = [&](const std::string& tag, int by) {
    for (std::size_t i = 0; i < candidates.size(); ++i)
      if (carries(candidates[i], tag)) {
        if (!counts.contains(i)) order.push_back(i);
        counts[i] += by;
      }
  };
  add("default", 1);
  for (const std::string& tag : including) add(tag, 1);
  for (const std::string& tag : excluding) add(tag, -1);
  std::erase_if(order, [&](std::size_t i) { return counts[i] <= 0; });
  return order;
}

MetaOptions default_meta_options() {
  MetaOptions options;
  options.including = defaults().metaopt_including;
  options.excluding = defaults().metaopt_excluding;
  options.verbose = defaults().metaopt_verbose;
  return options;
}

class MetaOptimizer::Body {
 public:
  explicit Body(Rooms rooms) : rooms_(std::move(rooms)), environments_(rooms_) {}

  std::vector<Entry> entries(const ConvProblem& problem, const MetaOptions& options) {
    const Offers offers = allowed(problem, opened(OpenMode::read).get());
    const Registry registry(offers, rooms_);
    std::vector<Entry> kept;
    for (const std::size_t i : registry.surviving(options)) kept.push_back(registry.entries[i]);
    return kept;
  }

  Choice optimize(const ConvProblem& problem, const MetaOptions& options) {
    const Report report(options);
    const std::shared_ptr<Store> store = opened(OpenMode::write);
    const Offers offers = allowed(problem, store.get());
    const Registry registry(offers, rooms_);
    const std::vector<std::size_t> kept = registry.surviving(options);
    report.at(2,
              fmt::format("{} meta-optimizing {} ({} choices):", who, text(problem), kept.size()));
    std::vector<Contender> contenders;
    for (const std::size_t i : kept)
      if (registry.contenders[i])
        contenders.push_back(*registry.contenders[i]);
      else
        report.not_applicable(registry.entries[i].name, registry.entries[i].not_applicable);
    if (contenders.empty())
      return no_choice(
          problem, rooms_,
          fmt::format("No candidate is left by including [{}] and excluding [{}].",
                      fmt::join(options.including, ", "), fmt::join(options.excluding, ", ")));
    const std::vector<Run> runs = measured(problem, contenders, options, store.get());
    return answer(problem, runs, options, report);
  }

  std::vector<std::string> warnings() { return std::exchange(warnings_, {}); }

 private:
  // Less what the denylists keep out, and what cannot run in this process.
  Offers allowed(const ConvProblem& problem, const Store* store) {
    const std::shared_ptr<const Store> system = system_store(rooms_, warnings_);
    const Store* const stores[] = {store, system.get()};
    denied_ = Denied(stores, warnings_);
    Offers offers = offers_for(problem, rooms_);
    denied_.withhold(offers, rooms_, environments_);
    // It times here, and what wants a process of its own cannot run here.
    std::erase_if(offers.contenders,
                  [](const Contender& each) { return !each.candidate.worker_environment.empty(); });
    return offers;
  }

  // Rows of `contenders` alone, timed now if the store does not know them all.
  std::vector<Run> measured(const ConvProblem& problem, const std::vector<Contender>& contenders,
                            const MetaOptions& options, Store* store) {
    std::vector<Run> runs =
        Rows(rooms_, environments_, nullptr, denied_).within(Reach::exact, stored(problem, store));
    const Known known(runs, TuneOptions{}, 0);
    const bool all = std::ranges::all_of(
        contenders, [&](const Contender& each) { return known.settled(each.candidate); });
    if (!all) {
      const std::int64_t newest = runs.empty() ? 0 : runs.back().id;
      runs.push_back(race(problem, contenders, options, store));
      runs.back().id = std::max(runs.back().id, newest + 1);  // also where it is not kept
    }
    for (Run& run : runs)
      std::erase_if(run.measurements, [&](const Measurement& each) {
        return std::ranges::none_of(contenders, [&](const Contender& contender) {
          return text(contender.candidate) == text(each.candidate);
        });
      });
    return runs;
  }

  Run race(const ConvProblem& problem, const std::vector<Contender>& contenders,
           const MetaOptions& options, Store* store) {
    TuneSettings settings;
    settings.race.seed = static_cast<std::uint64_t>(rooms_.unix_time()) | 1;
    settings.protocol = options.constraints.protocol;
    settings.gate_slow = !all_hopeless(contenders);
    settings.stop = options.stop;
    const std::int64_t started = rooms_.unix_time();
    const TuneReport found = rooms_.tune(problem, contenders, rooms_.device, settings);
    Run run = run_from(found, problem, contenders, settings, started, rooms_, environments_);
    if (store && !run.measurements.empty()) keep(run, *store, rooms_, warnings_);
    if (found.interrupted)
      throw Error(ErrorCode::interrupted, "Interrupted; what was measured is kept.");
    return run;
  }

  Choice answer(const ConvProblem& problem, const std::vector<Run>& runs,
                const MetaOptions& options, const Report& report) {
    const Verdict verdict = decide_for(runs, options.constraints);
    std::map<std::string, double> seconds;
    for (const Ranked& each : verdict.ranking)
      seconds.emplace(text(each.measurement->candidate), each.seconds);
    std::map<std::string, const Measurement*> newest;
    for (const Run& run : runs)
      for (const Measurement& each : run.measurements) newest[text(each.candidate)] = &each;
    for (const auto& [name, measurement] : newest) {
      if (const auto found = seconds.find(name); found != seconds.end())
        report.at(2, fmt::format("* {}: {:.5g} sec", name, found->second));
      else if (measurement->outcome == Outcome::refused ||
               measurement->outcome == Outcome::measured)
        report.not_applicable(name, why_not(*measurement, options));
      else if (measurement->outcome == Outcome::too_slow)
        report.at(2, fmt::format("* {}: not raced: {}", name, measurement->reason));
      else
        report.at(1, fmt::format("* {}: exception {}", name, measurement->reason));
    }
    if (verdict.ranking.empty())
      return no_choice(problem, rooms_, "No candidate that the tags let in could be measured.");
    Choice choice = measured_choice(problem, verdict, Provenance::exact, rooms_);
    report.at(2, fmt::format("= {}", choice.candidate));
    return choice;
  }

  static std::string why_not(const Measurement& measurement, const MetaOptions& options) {
    if (measurement.outcome == Outcome::refused) return measurement.reason;
    return objection(measurement.candidate, measurement.deterministic_observed,
                     options.constraints);
  }

  std::shared_ptr<Store> opened(OpenMode mode) {
    try {
      return rooms_.open(mode);
    } catch (const Error& error) {
      const char* const lost = mode == OpenMode::write ? "What is measured will not be kept"
                                                       : "The denylist could not be read";
      warnings_.push_back(fmt::format("{}: {}", lost, error.what()));
      return nullptr;
    }
  }

  std::vector<Run> stored(const ConvProblem& problem, Store* store) {
    if (!store) return {};
    try {
      return store->runs(problem);
    } catch (const Error& error) {
      warnings_.push_back(fmt::format("The database was not asked: {}", error.what()));
      return {};
    }
  }

  Rooms rooms_;
  Environments environments_;
  Denied denied_;
  std::vector<std::string> warnings_;
};

MetaOptimizer::MetaOptimizer(const Context& context) : MetaOptimizer(real_rooms(context)) {}
MetaOptimizer::MetaOptimizer(const Rooms& rooms) : body_(std::make_unique<Body>(rooms)) {}
MetaOptimizer::~MetaOptimizer() = default;

std::vector<MetaOptimizer::Entry> MetaOptimizer::entries(const ConvProblem& problem,
                                                         const MetaOptions& options) const {
  return body_->entries(problem, options);
}

Choice MetaOptimizer::optimize(const ConvProblem& problem, const MetaOptions& options) {
  return body_->optimize(problem, options);
}

std::optional<Choice> MetaOptimizer::optimize(const MetaNode& node, const MetaOptions& options) {
  if (const int unknown = unknown_inputs(node); unknown > 0) {
    Report(options).at(
        1, fmt::format("{} cannot meta-optimize {} of image {} and kernel {}, {} of 2 input shapes "
                       "unknown",
                       who, name(node.direction), text(node.image), text(node.kernel), unknown));
    return std::nullopt;
  }
  return optimize(problem_of(node), options);
}

std::vector<std::string> MetaOptimizer::warnings() {
  return body_->warnings();
}

}  // namespace convtune
