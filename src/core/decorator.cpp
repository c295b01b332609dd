#include <convtune/decorator.hpp>

namespace convtune {

Offer Decorator::offer(const ConvProblem& problem, const Device&) const {
  auto handed_on = inner(problem);
  if (std::holds_alternative<Refusal>(handed_on)) return std::get<Refusal>(std::move(handed_on));
  return Refusal{"it needs a candidate for " + text(std::get<ConvProblem>(handed_on))};
}

std::optional<std::string_view> inner_text(const Candidate& candidate) {
  const std::string_view whole = candidate.configuration;
  if (!whole.starts_with('[') || !whole.ends_with(']')) return std::nullopt;
  return whole.substr(1, whole.size() - 2);
}

std::pair<std::string_view, std::string_view> split_text(std::string_view candidate) {
  const std::size_t slash = candidate.find('/');
  if (slash == std::string_view::npos) return {candidate, {}};
  return {candidate.substr(0, slash), candidate.substr(slash + 1)};
}

int decorated_revision(int outer, int inner) {
  constexpr int most_inner = 1000;
  return outer * most_inner + inner;
}

}  // namespace convtune
