#pragma once

#include <cstddef>
#include <string>

namespace convtune {

/// "64MiB", "1MB", "0", "1.5GiB", "4096": bytes; the unit's case does not matter. Throws
/// Error(bad_input) with what was expected.
std::size_t parse_bytes(const std::string& text);

/// "10m", "30d", "90s", "1h30m", "500ms", "45" (seconds): seconds. Throws Error(bad_input).
double parse_duration(const std::string& text);

}  // namespace convtune
