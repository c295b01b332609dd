#pragma once

#include <string>

namespace convtune {

/// "optimised", "debug" or "sanitizer".
std::string build_kind();

/// What makes the times of such a build worthless, one sentence; empty: nothing.
std::string build_warning(const std::string& kind = build_kind());

}  // namespace convtune
