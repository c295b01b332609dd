#include <algorithm>
#include <map>
#include <set>

#include <db/memory_store.hpp>

#include "denials.hpp"
#include "enumerations.hpp"
#include "migrate.hpp"
#include "rows.hpp"
#include "valid_run.hpp"

namespace convtune {
namespace {

class MemoryStore final : public Store {
 public:
  std::int64_t add(const Run& run) override {
    db::require_valid(run);
    for (const Environment& environment : run.environments) remember(environment);
    runs_.push_back(run);
    runs_.back().id = ++last_id_;
    return last_id_;
  }

  bool add_new(const Run& run) override {
    const std::uint64_t content = db::content(run);
    const auto same = [&](const Run& other) { return db::content(other) == content; };
    const auto there = std::ranges::find_if(runs_, same);
    if (there == runs_.end()) {
      add(run);
      return true;
    }
    const bool ours = std::ranges::any_of(
        runs_, [&](const Run& other) { return same(other) && !other.imported; });
    if (run.imported || ours) return false;
    there->imported = false;
    return true;
  }

  void remove(std::span<const std::int64_t> ids) override {
    std::vector<Environment> once = environments_of_runs();
    std::erase_if(runs_,
                  [&](const Run& run) { return std::ranges::find(ids, run.id) != ids.end(); });
    const std::vector<Environment> still = environments_of_runs();
    std::erase_if(environments_, [&](const Environment& each) {
      return holds(once, each) && !holds(still, each);
    });
  }

  void compact() override {}

  std::vector<Run> runs(const ConvProblem& problem) const override {
    std::vector<Run> found;
    std::ranges::copy_if(runs_, std::back_inserter(found),
                         [&](const Run& run) { return run.problem == problem; });
    std::ranges::stable_sort(found, {}, &Run::started_unix);
    return found;
  }

  std::vector<ConvProblem> problems() const override {
    std::vector<ConvProblem> found;
    std::set<ConvProblem> seen;
    for (const Run& run : runs_)
      if (seen.insert(run.problem).second) found.push_back(run.problem);
    return found;
  }

  // Without those that only imported runs speak of.
  std::vector<Environment> environments() const override {
    std::vector<Environment> own, foreign;
    for (const Run& run : runs_)
      for (const Environment& each : run.environments)
        (run.imported ? foreign : own).push_back(each);
    std::vector<Environment> found;
    std::ranges::copy_if(environments_, std::back_inserter(found), [&](const Environment& each) {
      return holds(own, each) || !holds(foreign, each);
    });
    return found;
  }

  void remember(const Environment& environment) override {
    if (!holds(environments_, environment)) environments_.push_back(environment);
  }

  std::optional<std::string> setting(const std::string& key) const override {
    const auto found = settings_.find(key);
    return found == settings_.end() ? std::nullopt : std::optional(found->second);
  }

  std::optional<Offer> kept_offer(const OfferKey& key) const override {
    const auto found = offers_.find(key);
    return found == offers_.end() ? std::nullopt : std::optional(found->second);
  }

  void keep_offer(const OfferKey& key, const Offer& offer) override {
    offers_.insert_or_assign(key, offer);
  }

  void forget_offers() override { offers_.clear(); }

  void set_setting(const std::string& key, const std::string& value) override {
    settings_[key] = value;
  }

  std::int64_t deny(const Denial& denial) override {
    db::require_valid(denial);
    for (Denial& other : denials_)
      if (other.pattern == denial.pattern && other.range == denial.range) {
        if (!db::stays_before(denial, other)) return other.id;
        std::erase_if(denials_, [id = other.id](const Denial& each) { return each.id == id; });
        break;
      }
    denials_.push_back(denial);
    denials_.back().id = ++last_id_;
    return last_id_;
  }

  bool lift(std::int64_t id) override {
    return std::erase_if(denials_, [&](const Denial& each) { return each.id == id; }) > 0;
  }

  std::vector<Denial> denials() const override { return denials_; }

  void at_once(const std::function<void()>& work) const override { work(); }

  StoreInfo info() const override {
    StoreInfo info;
    info.path = ":memory:";
    info.schema_version = db::schema_version();
    info.environments = environments_;
    info.problems = static_cast<std::int64_t>(problems().size());
    info.runs = static_cast<std::int64_t>(runs_.size());
    std::set<std::uint64_t> machines, candidates;
    for (const Run& run : runs_) {
      if (machines.insert(db::content(db::devices(), run.machine)).second)
        info.machines.push_back(run.machine);
      for (const Measurement& measurement : run.measurements) {
        candidates.insert(db::content(db::candidates(), measurement.candidate));
        info.samples += static_cast<std::int64_t>(measurement.samples.size());
      }
      info.measurements += static_cast<std::int64_t>(run.measurements.size());
    }
    info.candidates = static_cast<std::int64_t>(candidates.size());
    info.imported = std::ranges::count_if(runs_, &Run::imported);
    info.denied = static_cast<std::int64_t>(denials_.size());
    info.kept_offers = static_cast<std::int64_t>(offers_.size());
    for (const auto& [key, offer] : offers_) info.kept_offer_bytes += db::offer_text(offer).size();
    std::set<std::uint64_t> run_contents, denial_contents;
    for (const Run& run : runs_) run_contents.insert(db::content(run));
    for (const Denial& each : denials_) denial_contents.insert(db::content(db::denials(), each));
    info.content = db::content_of_all(run_contents, denial_contents);
    return info;
  }

  StoreCheck check() const override { return {}; }

 private:
  static bool holds(const std::vector<Environment>& all, const Environment& environment) {
    const auto content = [](const Environment& each) {
      return db::content(db::environments(), each);
    };
    return std::ranges::find(all, content(environment), content) != all.end();
  }

  std::vector<Environment> environments_of_runs() const {
    std::vector<Environment> all;
    for (const Run& run : runs_)
      all.insert(all.end(), run.environments.begin(), run.environments.end());
    return all;
  }

  std::vector<Run> runs_;
  std::vector<Environment> environments_;
  std::vector<Denial> denials_;
  std::int64_t last_id_ = 0;
  std::map<std::string, std::string> settings_;
  std::map<OfferKey, Offer> offers_;
};

}  // namespace

std::unique_ptr<Store> make_memory_store() {
  return std::make_unique<MemoryStore>();
}

}  // namespace convtune
