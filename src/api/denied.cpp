#include "denied.hpp"

#include <algorithm>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <convtune/decorator.hpp>
#include <convtune/error.hpp>

#include "glob.hpp"

namespace convtune {
namespace {

constexpr std::string_view verdict = "is on the denylist";

std::string clause(const Denial& denial) {
  const char* by = denial.origin == DenialOrigin::hand      ? "by hand"
                   : denial.origin == DenialOrigin::crashed ? "after a crash"
                                                            : "after a wrong result";
  return fmt::format("{} (number {}, {}, {:%Y-%m-%d}): {}", verdict, denial.id, by,
                     fmt::gmtime(static_cast<std::time_t>(denial.filed_unix)), denial.reason);
}

}  // namespace

bool is_denied(const Listing::Refused& refused) {
  return refused.reason.starts_with(verdict);
}

Denied::Denied(std::span<const Store* const> stores, std::vector<std::string>& warnings) {
  for (const Store* store : stores) {
    if (!store) continue;
    try {
      std::ranges::copy_if(store->denials(), std::back_inserter(denials_),
                           [](const Denial& denial) { return !denial.imported; });
    } catch (const Error& error) {
      warnings.push_back(fmt::format("The denylist could not be read: {}", error.what()));
    }
  }
}

std::string Denied::objection(const Candidate& candidate, std::string_view backend,
                              const std::function<std::uint64_t()>& environment) const {
  if (denials_.empty()) return {};
  const std::string name = text(candidate);
  const auto inner = inner_text(candidate);
  for (const Denial& denial : denials_) {
    if (!denial.range.backend.empty() && denial.range.backend != backend) continue;
    if (!matches(denial.pattern, name) && !(inner && matches(denial.pattern, *inner))) continue;
    if (denial.range.environment && *denial.range.environment != environment()) continue;
    return clause(denial);
  }
  return {};
}

void Denied::withhold(Offers& offers, const Rooms& rooms, Environments& environments) const {
  if (denials_.empty()) return;
  std::erase_if(offers.contenders, [&](const Contender& each) {
    const std::string backend = rooms.origin(each.candidate).value().backend;
    std::string why =
        objection(each.candidate, backend, [&] { return environments.of(backend).hash(); });
    if (why.empty()) return false;
    offers.denied.push_back(
        {each.candidate.implementation, each.candidate.configuration, std::move(why)});
    return true;
  });
}

}  // namespace convtune
