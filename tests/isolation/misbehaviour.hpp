#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <convtune/implementation.hpp>

namespace convtune {

/// An implementation whose candidates do what their configuration says: "right", "segv", "hang",
/// ... With "@n" behind it the n-th call does (from 0), the ones before are right.
const Implementation& misbehaving();

/// Nullptr unless it is that one.
const Implementation* find_misbehaving(std::string_view name);

Candidate misbehaving_candidate(const std::string& configuration);

}  // namespace convtune
