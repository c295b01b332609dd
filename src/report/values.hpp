#pragma once

#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include <convtune/choice.hpp>
#include <convtune/measurement.hpp>
#include <convtune/statistics.hpp>
#include <convtune/tuner.hpp>

namespace convtune {

/// Keeps members in the order in which they were set.
using Json = nlohmann::ordered_json;

inline Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}
inline Json number(std::optional<double> value) {
  return value ? number(*value) : Json(nullptr);
}

/// Null for an empty text.
inline Json text_or_null(std::string_view text) {
  return text.empty() ? Json(nullptr) : Json(std::string(text));
}

template <class Value>
Json value_or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json(nullptr);
}

/// What libraries and files said may hold anything; the output is UTF-8 all the same.
inline std::string dumped(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

inline std::vector<double> times(const Measurement& measurement) {
  std::vector<double> seconds;
  for (const Sample& sample : measurement.samples) seconds.push_back(sample.seconds);
  return seconds;
}

inline std::optional<double> median_of(const Measurement& measurement) {
  if (measurement.samples.empty()) return std::nullopt;
  return median(times(measurement));
}

inline Json interval_of(const Measurement& measurement) {
  if (measurement.samples.empty()) return nullptr;
  const auto [low, high] = median_interval(times(measurement));
  return Json::array({number(low), number(high)});
}

// Parts that several objects share; values.cpp.
Json value(const Layouts& layouts);
Json value(const CheckError& error);
Json value(const Choice& choice);
Json value(const Environment& environment);
Json value(const Listing::Refused& refused);
Json determinism(const Measurement& measurement);

std::string hexadecimal(std::uint64_t hash);

}  // namespace convtune
