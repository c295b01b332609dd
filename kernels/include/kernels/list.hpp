#pragma once

#include <span>
#include <string_view>

#include <convtune/backend.hpp>
#include <convtune/implementation.hpp>

namespace convtune {

/// Every implementation of kernels/list.inc in its order, also those that this machine cannot run.
/// Opens nothing.
std::span<const Implementation* const> own_implementations();

/// The same, then those of modules from outside, which this opens (kernels/outside.hpp).
std::span<const Implementation* const> all_implementations();

/// Nullptr if there is none of that name.
const Implementation* find_implementation(std::string_view name);

/// Every tag that something may carry, here or elsewhere: the families, Theano's names for them and
/// the libraries.
std::span<const std::string_view> known_tags();

/// The backends of our own implementations; opens nothing.
std::span<const Backend* const> own_backends();

/// The same, then those of modules from outside.
std::span<const Backend* const> all_backends();

/// The backend of that name. Throws Error(bad_input) if there is none.
const Backend& backend(std::string_view name);

}  // namespace convtune
