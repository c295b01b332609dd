#include <algorithm>
#include <map>
#include <set>

#include <db/memory_store.hpp>

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
    runs_.back().id = static_cast<std::int64_t>(runs_.size());
    return runs_.back().id;
  }

  std::vector<Run> runs(const ConvProblem& problem) const override {
    std::vector<Run> found;
    std::ranges::copy_if(runs_, std::back_inserter(found),
                         [&](const Run& run) { return run.problem == problem; });
    return found;
  }

  std::vector<ConvProblem> problems() const override {
    std::vector<ConvProblem> found;
    std::set<ConvProblem> seen;
    for (const Run& run : runs_)
      if (seen.insert(run.problem).second) found.push_back(run.problem);
    return found;
  }

  std::vector<Environment> environments() const override { return environments_; }

  void remember(const Environment& environment) override {
    if (known_environments_.insert(db::content(db::environments(), environment)).second)
      environments_.push_back(environment);
  }

  std::optional<std::string> setting(const std::string& key) const override {
    const auto found = settings_.find(key);
    return found == settings_.end() ? std::nullopt : std::optional(found->second);
  }

  void set_setting(const std::string& key, const std::string& value) override {
    settings_[key] = value;
  }

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
    return info;
  }

  StoreCheck check() const override { return {}; }

 private:
  std::vector<Run> runs_;
  std::vector<Environment> environments_;
  std::set<std::uint64_t> known_environments_;
  std::map<std::string, std::string> settings_;
};

}  // namespace

std::unique_ptr<Store> make_memory_store() {
  return std::make_unique<MemoryStore>();
}

}  // namespace convtune
