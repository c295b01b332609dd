#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace convtune {

/// Seconds for people, three digits: "850 ns", "12.3 us", "1.23 ms", "4.56 s", "3 min 20 s",
/// "2 h 5 min". "-" for what is not finite.
std::string human_seconds(double seconds);
std::string human_seconds(std::optional<double> seconds);

/// Bytes for people in powers of 1024: "0 B", "1.5 KiB", "64 MiB".
std::string human_bytes(std::uint64_t bytes);

/// "1.23x"; "-" for nothing.
std::string human_ratio(std::optional<double> ratio);

/// "2026-11-21T22:43:31Z".
std::string utc_time(std::int64_t unix_seconds);

/// "1 problem", "2 problems".
std::string counted(std::int64_t count, const std::string& noun);

}  // namespace convtune
