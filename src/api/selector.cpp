#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include <convtune/error.hpp>
#include <convtune/selector.hpp>

#include "answer.hpp"
#include "build.hpp"
#include "explanation.hpp"
#include "library_search.hpp"
#include "policy.hpp"
#include "race_facts.hpp"
#include "rows.hpp"
#include "tune_problem.hpp"
#include "why_not.hpp"

namespace convtune {
namespace {

// What measuring on a miss may take: an answer is waited for.
constexpr double seconds_on_miss = 20;

// From how far the rows of a measured answer came; nothing for any other.
std::optional<Reach> reach_of(Provenance provenance) {
  switch (provenance) {
    case Provenance::exact: return Reach::exact;
    case Provenance::machine_class: return Reach::machine_class;
    case Provenance::stale: return Reach::stale;
    default: return std::nullopt;
  }
}

}  // namespace

class Selector::Body {
 public:
  explicit Body(Rooms rooms)
      : rooms_(std::move(rooms)), environments_(rooms_), warnings_(rooms_.warnings) {}

  Choice select(const ConvProblem& problem, const Question& question) {
    load(problem);
    Choice choice =
        question.policy.empty() ? by_ladder(problem, question) : by_policy(problem, question);
    if (on_offer_ && !choice.candidate.empty())
      std::ranges::move(sentences_on_unasked(*on_offer_, question.constraints, rooms_),
                        std::back_inserter(warnings_));
    return choice;
  }

  Explanation explain(const ConvProblem& problem, const Question& question) {
    Explanation explanation{.choice = select(problem, question)};
    const Constraints constraints =
        question.policy.empty()
            ? question.constraints
            : read_policy(question.policy, problem, question.constraints, rooms_.device.kind)
                  .constraints;
    Rows counting = rows();
    const std::vector<Run> all = all_runs();
    const Evidence evidence{.runs = all, .counting = counting, .rooms = rooms_};
    explanation.rows = explained_rows(evidence, explanation.choice, constraints);
    explanation.runs = explained_runs(evidence);
    if (const auto reach = reach_of(explanation.choice.provenance)) {
      const std::vector<Run> near =
          counting.within(*reach, *answering_, constraints.max_age_seconds);
      explanation.tie_break = decide_for(near, constraints).preference;
      explanation.alternatives = alternatives(near, explanation.choice, constraints);
    }
    if (!explanation.choice.measured_at)
      add_unmeasured(problem, constraints, question.constraints, explanation);
    if (on_offer_)
      for (const Listing::Refused& each : on_offer_->denied)
        explanation.notes.push_back(fmt::format("{}{}{} {}.", each.implementation,
                                                each.configuration.empty() ? "" : "/",
                                                each.configuration, each.reason));
    if (runs_.empty())
      explanation.notes.emplace_back("Nothing was measured of this problem yet.");
    else
      explanation.notes.push_back(fmt::format("The database holds {} run{} of this problem.",
                                              runs_.size(), runs_.size() == 1 ? "" : "s"));
    explanation.notes.push_back(explanation.choice.reason);
    if (question.library_search) add_library_searches(problem, question, rooms_, explanation);
    return explanation;
  }

  std::vector<std::string> warnings() { return std::exchange(warnings_, {}); }

 private:
  // What the database knows of the problem; a database that fails knows nothing.
  void load(const ConvProblem& problem) {
    runs_.clear();
    on_offer_.reset();
    answering_ = &runs_;
    load_system(problem);
    try {
      if (!store_) store_ = rooms_.open(OpenMode::read);
      if (!store_) return;
      runs_ = store_->runs(problem);
      restore_race_facts(runs_);
      read_denials();
      for (std::string& warning : store_->warnings()) warnings_.push_back(std::move(warning));
    } catch (const Error& error) {
      runs_.clear();
      store_.reset();
      warnings_.push_back(fmt::format("The database was not asked: {}", error.what()));
    }
  }

  // What lies below the user's own; trouble with it is said once.
  void load_system(const ConvProblem& problem) {
    system_runs_.clear();
    if (!system_asked_) system_ = system_store(rooms_, warnings_);
    system_asked_ = true;
    read_denials();
    if (!system_) return;
    try {
      system_runs_ = system_->runs(problem);
      restore_race_facts(system_runs_);
    } catch (const Error& error) {
      system_.reset();
      warnings_.push_back(fmt::format("The system's database was not asked: {}", error.what()));
    }
  }

  void read_denials() {
    const Store* const stores[] = {store_.get(), system_.get()};
    denied_ = Denied(stores, warnings_);
    on_offer_.reset();
  }

  Rows rows() { return {rooms_, environments_, store_.get(), denied_}; }
  Rows system_rows() { return {rooms_, environments_, system_.get(), denied_}; }

  // The user's rows and those of the system, oldest first.
  std::vector<Run> all_runs() const {
    std::vector<Run> all = system_runs_;
    all.insert(all.end(), runs_.begin(), runs_.end());
    std::ranges::stable_sort(all, {}, &Run::started_unix);
    return all;
  }

  std::optional<Choice> measured(const ConvProblem& problem, const Constraints& constraints) {
    constexpr std::pair<Reach, Provenance> ladder[] = {
        {Reach::exact, Provenance::exact},
        {Reach::machine_class, Provenance::machine_class},
        {Reach::stale, Provenance::stale}};
    if (runs_.empty() && system_runs_.empty()) return std::nullopt;
    Rows own = rows(), below = system_rows();
    for (const auto& [reach, provenance] : ladder) {
      if (reach == Reach::machine_class && constraints.trust < Trust::machine_class) break;
      if (reach == Reach::stale && constraints.trust < Trust::any) break;
      // On each step the user's own rows come first.
      for (const std::vector<Run>* const layer : {&runs_, &system_runs_}) {
        Rows& counting = layer == &runs_ ? own : below;
        const std::vector<Run> near = counting.within(reach, *layer, constraints.max_age_seconds);
        const Verdict verdict = decide_for(near, constraints);
        if (verdict.ranking.empty()) continue;
        warn_of_last_resort(verdict.ranking.front().measurement->candidate, constraints);
        Choice choice = measured_choice(problem, verdict, provenance, rooms_);
        if (layer == &system_runs_) choice.reason += " From the system's database.";
        answering_ = layer;
        return choice;
      }
    }
    return std::nullopt;
  }

  void warn_of_last_resort(const Candidate& candidate, const Constraints& constraints) {
    if (is_last_resort(candidate, constraints))
      warnings_.push_back(
          fmt::format("Nothing else may answer than {}, which is likely far slower than a kernel "
                      "that is made for such a problem.",
                      text(candidate)));
  }

  // What is known of the problem without timing anything.
  Untimed untimed() {
    const std::vector<Run> all = all_runs();
    const bool timed = std::ranges::any_of(all, [](const Run& run) {
      return std::ranges::any_of(run.measurements,
                                 [](const Measurement& each) { return !each.samples.empty(); });
    });
    return {.broken = broken_in(rows().within(Reach::machine_class, all)), .otherwise = timed};
  }

  Choice guess(const ConvProblem& problem, const Constraints& constraints) {
    // Or a guess would open the libraries of a GPU only to name their environment.
    if (store_ && rooms_.device.kind != DeviceKind::cpu)
      environments_.remember(offers(problem), *store_);
    return untimed_choice(problem, constraints, offers(problem), untimed(), rooms_, environments_);
  }

  Choice heuristic(const ConvProblem& problem, const Constraints& constraints) {
    Choice choice = guess(problem, constraints);
    if (const Candidate* const chosen = offered(problem, choice.candidate))
      warn_of_last_resort(*chosen, constraints);
    return choice;
  }

  // The one of that text; nullptr if there is none.
  const Candidate* offered(const ConvProblem& problem, const std::string& name) {
    for (const Contender& each : offers(problem).contenders)
      if (text(each.candidate) == name) return &each.candidate;
    return nullptr;
  }

  // `narrowed`: the caller's constraints as the policy has them.
  void add_unmeasured(const ConvProblem& problem, const Constraints& narrowed,
                      const Constraints& constraints, Explanation& explanation) {
    const std::set<std::string> broken = untimed().broken;
    for (const Contender* const each : in_guess_order(offers(problem)))
      explanation.unmeasured.push_back(
          {each->candidate, untimed_objection(each->candidate, narrowed, broken)});
    explanation.refusals = offers(problem).left_out();
    explanation.guess = guess(problem, constraints);
  }

  Choice by_ladder(const ConvProblem& problem, const Question& question) {
    if (auto choice = measured(problem, question.constraints)) return *std::move(choice);
    switch (question.on_miss) {
      case OnMiss::fail:
        return no_choice(
            problem, rooms_,
            fmt::format("No measured row answers this question for {}.", text(problem)));
      case OnMiss::heuristic: break;
      case OnMiss::measure: return measure(problem, question.constraints, question);
    }
    return heuristic(problem, question.constraints);
  }

  Choice measure(const ConvProblem& problem, const Constraints& constraints,
                 const Question& question) {
    require_present(rooms_.device);
    if (std::string warning = build_warning(); !warning.empty())
      warnings_.push_back(std::move(warning));
    std::shared_ptr<Store> store;
    try {
      store = rooms_.open(OpenMode::write);
    } catch (const Error& error) {
      warnings_.push_back(fmt::format("What is measured will not be kept: {}", error.what()));
    }
    store_ = store;
    // Everything, so that the next question has its answer too; then, where that left nobody for
    // this one, those that may answer it, however slow they are thought to be.
    for (const bool narrow : {false, true}) {
      if (question.stop && question.stop()) break;
      tune_for(problem, constraints, question, narrow, store.get());
      if (auto choice = measured(problem, constraints)) return *std::move(choice);
    }
    return heuristic(problem, constraints);
  }

  void tune_for(const ConvProblem& problem, const Constraints& constraints,
                const Question& question, bool narrow, Store* store) {
    TuneOptions options;
    options.rigour = std::clamp(constraints.least, Rigour::race, Rigour::exhaustive);
    options.protocol = constraints.protocol;
    options.seed = static_cast<std::uint64_t>(rooms_.unix_time()) | 1;
    // Known rows that are too old do not answer, so they are no reason not to measure.
    options.retune = constraints.max_age_seconds.has_value();
    options.stop = question.stop;
    const ListedProblem listed{.problem = problem, .names = {}};
    const ProblemTask task{.listed = listed,
                           .options = options,
                           .only = narrow ? &constraints : nullptr,
                           .system = system_.get(),
                           .budget_seconds = seconds_on_miss,
                           .may_promote = constraints.least <= Rigour::one_run,
                           .note = question.progress};
    runs_ = tune_problem(task, rooms_, environments_, store, warnings_).runs;
    read_denials();  // who crashed may be denied by now
  }

  Choice by_policy(const ConvProblem& problem, const Question& question) {
    const Policy policy =
        read_policy(question.policy, problem, question.constraints, rooms_.device.kind);
    switch (policy.kind) {
      case Policy::Kind::guess: return heuristic(problem, policy.constraints);
      case Policy::Kind::time:
        if (auto choice = measured(problem, policy.constraints)) return *std::move(choice);
        return measure(problem, policy.constraints, question);
      case Policy::Kind::family: break;
    }
    return by_static_policy(problem, question, question.policy, policy);
  }

  Choice by_static_policy(const ConvProblem& problem, const Question& question,
                          const std::string& name, const Policy& policy) {
    if (auto choice = measured(problem, policy.constraints)) return *std::move(choice);
    const std::size_t warned = warnings_.size();
    Choice choice = heuristic(problem, policy.constraints);
    choice.provenance = Provenance::default_choice;
    const bool limits = policy.constraints.workspace_limit != question.constraints.workspace_limit;
    if (!choice.candidate.empty()) {
      const Candidate* const chosen = offered(problem, choice.candidate);
      // Definitions need no workspace, and are no answer to who wants little of it.
      if (limits && chosen != nullptr && is_last_resort(*chosen, policy.constraints)) {
        warnings_.resize(warned);
        return with_least_workspace(problem, question);
      }
      const bool of_cudnn = !policy.algorithm.empty() && chosen != nullptr &&
                            std::ranges::find(chosen->tags, "cudnn") != chosen->tags.end();
      choice.reason =
          fmt::format("No measured row for the policy {}: this is its default{}{}.", name,
                      of_cudnn ? ", cuDNN's " : "", of_cudnn ? policy.algorithm : "");
      return choice;
    }
    const auto fallback = fallback_of(name, policy);
    if (!fallback) return limits ? with_least_workspace(problem, question) : choice;
    const bool absent = !carried(policy.family, offers(problem));
    const std::string why =
        absent ? why_not_named(name, offers(problem))
               : why_nobody(policy.constraints, offers(problem), untimed().broken, rooms_);
    Choice found = by_static_policy(
        problem, question, fallback->name,
        read_policy(fallback->name, problem, question.constraints, fallback->device));
    const std::string instead = found.candidate.empty() ? "" : "; " + fallback->words;
    found.reason = fmt::format(
        "{} for the policy {} {}{}{}{}{}. {}", absent ? "There is nothing" : "Nothing is allowed",
        name, absent ? "for this problem on this device" : "by the constraints",
        why.empty() ? "" : " (", why, why.empty() ? "" : ")", instead, found.reason);
    return found;
  }

  // Where nobody keeps to the workspace of the policies none and small: whoever the caller allows
  // and needs least, since Theano's always had an answer.
  Choice with_least_workspace(const ConvProblem& problem, const Question& question) {
    Constraints constraints = question.constraints;
    using Need = std::pair<bool, std::size_t>;  // the hopelessly slow come last
    std::optional<Need> least;
    for (const Contender& each : offers(problem).contenders)
      if (objection(each.candidate, std::nullopt, constraints).empty()) {
        const Need need(each.candidate.slowdown >= hopeless_slowdown,
                        each.candidate.workspace_bytes);
        least = std::min(least.value_or(need), need);
      }
    if (!least) return heuristic(problem, question.constraints);
    constraints.workspace_limit = least->second;
    auto found = measured(problem, constraints);
    if (!found) {
      found = heuristic(problem, constraints);
      found->provenance = Provenance::default_choice;
    }
    if (found->candidate.empty()) return *std::move(found);
    found->reason = fmt::format(
        "Nobody who is made to be fast keeps to the workspace of the policy; {} bytes are the "
        "least there is. {}",
        least->second, found->reason);
    return *std::move(found);
  }

  const Offers& offers(const ConvProblem& problem) {
    if (!offers_ || offers_->first != problem)
      std::ranges::copy(offers_.emplace(problem, offers_for(problem, rooms_)).second.warnings,
                        std::back_inserter(warnings_));
    if (!on_offer_) denied_.withhold(on_offer_.emplace(offers_->second), rooms_, environments_);
    return *on_offer_;
  }

  Rooms rooms_;
  Environments environments_;
  std::shared_ptr<Store> store_;
  std::shared_ptr<const Store> system_;
  bool system_asked_ = false;
  Denied denied_;
  std::vector<Run> runs_;  // of the problem that is asked for, oldest first
  std::vector<Run> system_runs_;
  const std::vector<Run>* answering_ = &runs_;  // those that the last measured answer came from
  std::optional<std::pair<ConvProblem, Offers>> offers_;
  std::optional<Offers> on_offer_;  // of the same problem, less what is denied now
  std::vector<std::string> warnings_;
};

Selector::Selector(const Context& context) : Selector(real_rooms(context)) {}
Selector::Selector(const Rooms& rooms) : body_(std::make_unique<Body>(rooms)) {}
Selector::~Selector() = default;

Choice Selector::select(const ConvProblem& problem, const Question& question) {
  return body_->select(problem, question);
}

Explanation Selector::explain(const ConvProblem& problem, const Question& question) {
  return body_->explain(problem, question);
}

std::vector<std::string> Selector::warnings() {
  return body_->warnings();
}

}  // namespace convtune
