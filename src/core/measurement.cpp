#include <convtune/measurement.hpp>

#include "names.hpp"

namespace convtune {
namespace {
constexpr std::string_view outcome_names[] = {"measured", "refused",   "wrong",    "failed",
                                              "crashed",  "timed_out", "too_slow", "noisy"};
constexpr std::string_view protocol_names[] = {"warm", "cold", "cold_weights", "cold_rotated"};
constexpr std::string_view rigour_names[] = {"predicted", "one_run", "race", "confirmed",
                                             "exhaustive"};
}  // namespace

std::string_view name(Outcome outcome) {
  return outcome_names[index(outcome)];
}
std::string_view name(Protocol protocol) {
  return protocol_names[index(protocol)];
}
std::string_view name(Rigour rigour) {
  return rigour_names[index(rigour)];
}

std::optional<Outcome> outcome(std::string_view name) {
  return named<Outcome>(outcome_names, name);
}
std::optional<Protocol> protocol(std::string_view name) {
  return named<Protocol>(protocol_names, name);
}
std::optional<Rigour> rigour(std::string_view name) {
  return named<Rigour>(rigour_names, name);
}

bool timed(const Measurement& measurement) {
  return measurement.outcome == Outcome::measured && !measurement.samples.empty();
}

}  // namespace convtune
