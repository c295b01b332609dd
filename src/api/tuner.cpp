#include <algorithm>
#include <iterator>
#include <random>
#include <utility>

#include <fmt/format.h>

#include <convtune/error.hpp>
#include <convtune/tuner.hpp>

#include "build.hpp"
#include "denied.hpp"
#include "glob.hpp"
#include "run_record.hpp"
#include "sweep.hpp"

namespace convtune {
namespace {

std::uint64_t seed_or_fresh(std::uint64_t seed) {
  if (seed != 0) return seed;
  std::random_device random;
  return (std::uint64_t{random()} << 31 | random()) | 1;
}

}  // namespace

class Tuner::Body {
 public:
  explicit Body(Rooms rooms)
      : rooms_(std::move(rooms)), environments_(rooms_), warnings_(rooms_.warnings) {}

  TuneSummary tune(const std::vector<ListedProblem>& problems, TuneOptions options,
                   const std::function<void(const Tuned&)>& done,
                   const std::function<void(const TuneProgress&)>& progress) {
    if (options.rigour == Rigour::predicted)
      throw Error(ErrorCode::bad_input,
                  "Tuning takes the rigour one_run, race, confirmed or exhaustive, not predicted.");
    require_present(rooms_.device);
    warn_about_build();
    const std::shared_ptr<Store> store = rooms_.open(OpenMode::write);
    options.seed = seed_or_fresh(options.seed);
    const TuneSummary summary =
        sweep(problems, options, rooms_, environments_, store.get(), warnings_, done, progress);
    collect_from(*store);
    return summary;
  }

  Run bench(const ConvProblem& problem, const BenchOptions& options) {
    require_present(rooms_.device);
    warn_about_build();
    const std::shared_ptr<Store> store = options.save ? rooms_.open(OpenMode::write) : nullptr;
    const auto contenders = chosen(problem, options.candidates, options.without);
    TuneSettings settings;
    settings.race.rigour = Rigour::exhaustive;
    if (options.rounds > 0) settings.race.max_rounds = options.rounds;
    settings.race.seed = seed_or_fresh(options.seed);
    settings.protocol = options.protocol;
    settings.gate_slow = !names_the_hopeless(contenders, options.candidates);
    settings.stop = options.stop;
    settings.progress = options.progress;
    const std::int64_t started = rooms_.unix_time();
    const TuneReport report = rooms_.tune(problem, contenders, rooms_.device, settings);
    Run run = run_from(report, problem, contenders, settings, started, rooms_, environments_);
    // A few rounds decide nothing that a race would not decide better.
    if (settings.race.max_rounds < RaceSettings().max_rounds)
      run.rigour = std::min(run.rigour, Rigour::one_run);
    if (store && !run.measurements.empty()) {
      keep(run, *store, rooms_, warnings_);
      collect_from(*store);
    }
    return run;
  }

  std::vector<Verified> verify(const ConvProblem& problem, const VerifyOptions& options) {
    require_present(rooms_.device);
    const auto contenders = chosen(problem, options.candidates, options.without);
    TuneSettings settings;
    settings.time = false;
    settings.gate_slow = !names_the_hopeless(contenders, options.candidates);
    settings.stop = options.stop;
    settings.progress = options.progress;
    const std::int64_t started = rooms_.unix_time();
    const TuneReport report = rooms_.tune(problem, contenders, rooms_.device, settings);
    std::vector<Verified> verified;
    for (std::size_t i = 0; i < contenders.size(); ++i)
      if (report.measurements[i].reason != out_of_patience)
        verified.push_back({contenders[i].candidate, report.measurements[i]});

    // That something is broken must not be forgotten; that it is right each race finds out itself.
    Run run = run_from(report, problem, contenders, settings, started, rooms_, environments_);
    std::erase_if(run.measurements, [](const Measurement& measurement) {
      return measurement.outcome == Outcome::measured || measurement.outcome == Outcome::refused;
    });
    if (!run.measurements.empty()) try {
        keep(run, *rooms_.open(OpenMode::write), rooms_, warnings_);
      } catch (const Error& error) {
        warnings_.push_back(fmt::format("The verdicts could not be stored: {}", error.what()));
      }
    return verified;
  }

  Listing list(const ConvProblem& problem, std::size_t neighbours) {
    const Offers offers = allowed(offers_for(problem, rooms_, listed_, neighbours));
    std::ranges::move(listed_.warnings(), std::back_inserter(warnings_));
    Listing listing;
    for (const Contender& each : offers.contenders) listing.candidates.push_back(each.candidate);
    listing.refusals = offers.left_out();
    listing.unasked = offers.unasked;
    if (!listing.candidates.empty()) unasked_.add(offers, rooms_, warnings_);
    return listing;
  }

  const Device& device() const { return rooms_.device; }
  std::vector<std::string> warnings() { return std::exchange(warnings_, {}); }

 private:
  // Without what the denylists keep out.
  Offers allowed(Offers offers) {
    std::shared_ptr<const Store> store;
    try {
      store = rooms_.open(OpenMode::read);
    } catch (const Error& error) {
      warnings_.push_back(fmt::format("The denylist could not be read: {}", error.what()));
    }
    const std::shared_ptr<const Store> system = system_store(rooms_, warnings_);
    const Store* const stores[] = {store.get(), system.get()};
    Denied(stores, warnings_).withhold(offers, rooms_, environments_);
    return offers;
  }

  std::vector<Contender> chosen(const ConvProblem& problem, const std::string& pattern,
                                const std::string& without) {
    const Offers offers = allowed(offers_for(problem, rooms_));
    std::ranges::copy(offers.warnings, std::back_inserter(warnings_));
    auto contenders = chosen_from(offers.contenders, pattern, without);
    if (!contenders.empty()) {
      unasked_.add(offers, rooms_, warnings_);
      return contenders;
    }
    std::string reasons;
    for (const Listing::Refused& refused : offers.left_out()) {
      const bool asked_for = pattern.empty() || matches(pattern, refused.implementation) ||
                             matches(pattern, refused.implementation + "/" + refused.configuration);
      if (asked_for) reasons += fmt::format("; {}: {}", refused.implementation, refused.reason);
    }
    if (!offers.contenders.empty())
      reasons += fmt::format("; a pattern must match a whole name such as '{}', * being any text",
                             text(offers.contenders.front().candidate));
    throw Error(
        ErrorCode::no_answer,
        fmt::format("No candidate of {} is left to run{}{}.", text(problem),
                    pattern.empty() && without.empty() ? "" : " under these patterns", reasons));
  }

  void collect_from(Store& store) {
    for (std::string& warning : store.warnings()) warnings_.push_back(std::move(warning));
  }

  void warn_about_build() {
    if (std::string warning = build_warning(); !warning.empty())
      warnings_.push_back(std::move(warning));
  }

  Rooms rooms_;
  Enumerations listed_{rooms_, NamedStore::may_be_made};  // or listing again would take as long
  Environments environments_;
  std::vector<std::string> warnings_;
  UnaskedWarnings unasked_;
};

Tuner::Tuner(const Context& context) : Tuner(real_rooms(context)) {}
Tuner::Tuner(const Rooms& rooms) : body_(std::make_unique<Body>(rooms)) {}
Tuner::~Tuner() = default;

TuneSummary Tuner::tune(const std::vector<ListedProblem>& problems, const TuneOptions& options,
                        const std::function<void(const Tuned&)>& done,
                        const std::function<void(const TuneProgress&)>& progress) {
  return body_->tune(problems, options, done, progress);
}

Run Tuner::bench(const ConvProblem& problem, const BenchOptions& options) {
  return body_->bench(problem, options);
}

std::vector<Verified> Tuner::verify(const ConvProblem& problem, const VerifyOptions& options) {
  return body_->verify(problem, options);
}

Listing Tuner::list(const ConvProblem& problem, std::size_t neighbours) {
  return body_->list(problem, neighbours);
}
const Device& Tuner::device() const {
  return body_->device();
}
std::vector<std::string> Tuner::warnings() {
  return body_->warnings();
}

}  // namespace convtune
