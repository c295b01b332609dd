#include "why_not.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <convtune/decorator.hpp>

namespace convtune {
namespace {

bool has(const Tags& tags, const std::string& tag) {
  return std::ranges::find(tags, tag) != tags.end();
}

// What is asked for and excluded at once.
std::string contradiction(const Constraints& constraints) {
  const auto excluded = [&](const std::string& tag) { return has(constraints.exclude, tag); };
  std::string tag = excluded(constraints.require) ? constraints.require : std::string();
  if (!constraints.include.empty() && std::ranges::all_of(constraints.include, excluded))
    tag = constraints.include.front();
  if (tag.empty()) return {};
  return fmt::format("the tag {} is both asked for and excluded, which contradict each other", tag);
}

// Some configurations carry a tag that their implementation does not: "winograd/...".
bool concerns(const Listing::Refused& refused, const Tags& wanted, const Rooms& rooms) {
  const Implementation* const implementation = rooms.implementation(refused.implementation);
  const Tags tags = implementation != nullptr ? implementation->tags() : Tags();
  const std::string first = refused.configuration.substr(0, refused.configuration.find('/'));
  return has(wanted, first) ||
         std::ranges::any_of(tags, [&](const std::string& tag) { return has(wanted, tag); });
}

// "NAME, NAME: REASON" of each reason; of those that are denied the first says enough.
class Clauses {
 public:
  void add(const std::string& clause) { add({}, clause); }
  void add(const Listing::Refused& refused) { add(name_of(refused), refused.reason); }
  void add_denied(const Listing::Refused& denied) {
    if (denied_) return;
    denied_ = true;
    add(fmt::format("{} {}", name_of(denied), denied.reason));
  }
  std::string text() const {
    std::string all;
    for (const auto& [reason, names] : by_reason_)
      all += fmt::format("{}{}{}{}", all.empty() ? "" : "; ", names, names.empty() ? "" : ": ",
                         reason);
    return all;
  }

 private:
  void add(const std::string& name, std::string reason) {
    while (reason.ends_with('.')) reason.pop_back();
    const auto same = std::ranges::find(by_reason_, reason, &ByReason::first);
    if (same == by_reason_.end())
      by_reason_.emplace_back(std::move(reason), name);
    else
      same->second += ", " + name;
  }

  using ByReason = std::pair<std::string, std::string>;
  std::vector<ByReason> by_reason_;
  bool denied_ = false;
};

// Who took nothing of the problem. A decorator has nothing of its own to take it with.
void add_refusals(Clauses& clauses, const Offers& offers, const Rooms& rooms) {
  std::map<std::string, std::map<std::string, int>> one_by_one;  // reasons, how often
  for (const Listing::Refused& each : offers.refusals) {
    const auto* const implementation = rooms.implementation(each.implementation);
    const bool decorates = dynamic_cast<const Decorator*>(implementation) != nullptr;
    if (each.configuration.empty() && !decorates) clauses.add(each);
    if (!each.configuration.empty() && !decorates) ++one_by_one[each.implementation][each.reason];
  }
  for (const Contender& each : offers.contenders) one_by_one.erase(each.candidate.implementation);
  for (const auto& [name, reasons] : one_by_one) {
    int count = 0;
    for (const auto& [reason, times] : reasons) count += times;
    const auto most = std::ranges::max_element(reasons, {}, [](const auto& e) { return e.second; });
    const std::string of_them =
        most->second < count ? fmt::format("{} of them: ", most->second) : "";
    clauses.add({name,
                 {},
                 fmt::format("it refuses each of its {} configurations: {}{}", count, of_them,
                             most->first)});
  }
  if (!offers.denied.empty()) clauses.add_denied(offers.denied.front());
}

// Where nobody on offer carries one of the `wanted`.
std::string nobody_carries(const Tags& wanted, const char* called, const Offers& offers,
                           const Rooms& rooms) {
  const auto there = [&](const std::string& tag) { return carried(tag, offers); };
  if (wanted.empty() || std::ranges::any_of(wanted, there)) return {};
  Clauses clauses;
  for (const Listing::Refused& each : offers.refusals)
    if (concerns(each, wanted, rooms)) clauses.add(each);
  for (const Listing::Refused& each : offers.denied)
    if (concerns(each, wanted, rooms)) clauses.add_denied(each);
  if (!clauses.text().empty()) return clauses.text();
  clauses.add(fmt::format("nothing that takes this problem here carries {} {}", called,
                          fmt::join(wanted, ", ")));
  add_refusals(clauses, offers, rooms);
  return clauses.text();
}

// How many of the demands on its tags it misses.
int tags_missed(const Candidate& candidate, const Constraints& constraints) {
  int missed = 0;
  for (const Constraints& one :
       {Constraints{.include = constraints.include}, Constraints{.exclude = constraints.exclude},
        Constraints{.require = constraints.require}}) {
    Constraints alone = one;
    alone.precision = Precision::downconvert;
    missed += !objection(candidate, std::nullopt, alone).empty();
  }
  return missed;
}

}  // namespace

std::string nearest_miss(const Constraints& constraints, const Offers& offers,
                         const std::set<std::string>& broken, const Implementation* of) {
  const auto distance = [&](const Candidate& candidate) {
    const bool of_family = constraints.require.empty() || has(candidate.tags, constraints.require);
    return std::tuple(candidate.slowdown >= hopeless_slowdown, tags_missed(candidate, constraints),
                      !of_family, candidate.workspace_bytes);
  };
  const Constraints loosest{.precision = Precision::downconvert};
  const Candidate* nearest = nullptr;
  for (const Contender& each : offers.contenders)
    if ((of == nullptr || each.implementation == of) &&
        objection(each.candidate, std::nullopt, loosest).empty() &&
        !untimed_objection(each.candidate, constraints, broken).empty() &&
        (nearest == nullptr || distance(each.candidate) < distance(*nearest)))
      nearest = &each.candidate;
  if (nearest == nullptr) return {};
  return text(*nearest) + " " + untimed_objection(*nearest, constraints, broken);
}

std::string name_of(const Listing::Refused& refused) {
  return refused.implementation + (refused.configuration.empty() ? "" : "/") +
         refused.configuration;
}

bool carried(const std::string& tag, const Offers& offers) {
  return std::ranges::any_of(offers.contenders,
                             [&](const Contender& each) { return has(each.candidate.tags, tag); });
}

std::string untimed_objection(const Candidate& candidate, const Constraints& constraints,
                              const std::set<std::string>& broken) {
  std::string against = objection(candidate, std::nullopt, constraints);
  if (against.empty() && broken.contains(text(candidate))) against = "is known not to work";
  return against;
}

std::string why_others_refuse(const Offers& offers, const Rooms& rooms) {
  Clauses clauses;
  add_refusals(clauses, offers, rooms);
  return clauses.text();
}

std::string why_nobody(const Constraints& constraints, const Offers& offers,
                       const std::set<std::string>& broken, const Rooms& rooms) {
  std::string why = contradiction(constraints);
  if (why.empty() && !constraints.require.empty())
    why = nobody_carries({constraints.require}, "the required tag", offers, rooms);
  if (why.empty()) why = nobody_carries(constraints.include, "any of the tags", offers, rooms);
  if (why.empty()) why = nearest_miss(constraints, offers, broken, nullptr);
  return why.empty() ? why_others_refuse(offers, rooms) : why;
}

std::string why_not_named(std::string_view name, const Offers& offers) {
  for (const Listing::Refused& each : offers.refusals) {
    const std::string_view configuration = each.configuration;
    if (configuration.substr(0, configuration.find_first_of(":/")) == name)
      return fmt::format("{}: {}", name_of(each), each.reason);
  }
  // Who has all of that name refuses the problem as a whole.
  for (const Listing::Refused& each : offers.refusals)
    if (each.configuration.empty() && each.implementation == "cudnn.algorithm")
      return fmt::format("{}: {}", name_of(each), each.reason);
  return {};
}

}  // namespace convtune
