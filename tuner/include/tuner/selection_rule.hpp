#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <convtune/choice.hpp>
#include <convtune/recorded.hpp>
#include <tuner/race.hpp>

namespace convtune {

/// What a rule made of some rounds of a recording.
struct Selection {
  std::size_t chosen = 0;
  std::vector<std::vector<Sample>> samples;  ///< by entry: what it looked at
  std::optional<Confidence> word = {};       ///< empty: what its samples support
};

/// A way to find the fastest candidate, with its samples from a recording. `rounds`: those that it
/// may look at, in its order.
struct SelectionRule {
  std::string_view name, summary;
  Selection (*select)(const Recorded& recorded, std::span<const std::size_t> rounds,
                      std::uint64_t seed);
};

/// Every rule there is; `default_rule` is the one that this program tunes by, `all_samples` the one
/// that others are measured against.
std::span<const SelectionRule> selection_rules();
inline constexpr std::string_view default_rule = "race", all_samples_rule = "all_samples";

/// The candidates of a recording as the race knows them.
std::vector<Entrant> entrants_of(const Recorded& recorded);

/// The race on `rounds` of a recording.
Selection raced(const Recorded& recorded, std::span<const std::size_t> rounds,
                const RaceSettings& settings);

/// The race as it was first written down: everybody in every round until dropped, z = 2.5, from
/// five rounds on, ties within 2 %.
Selection plainly_raced(const Recorded& recorded, std::span<const std::size_t> rounds);

}  // namespace convtune
