#pragma once

#include <functional>
#include <span>
#include <vector>

#include <convtune/recorded.hpp>
#include <tuner/selection_rule.hpp>

namespace convtune {

/// Decides as a rule does; see SelectionRule::select.
using Select =
    std::function<Selection(const Recorded&, std::span<const std::size_t>, std::uint64_t)>;

/// Judges a rule: the rounds of each problem are permuted, one half decides, the other judges by
/// its medians, then they swap, for `seeds` permutations, the same for every rule. Each problem
/// must have at least two rounds. Gives the same on every machine.
RuleScore judge(const Select& select, std::span<const Recorded> problems, int seeds);

}  // namespace convtune
