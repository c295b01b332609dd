#include "values.hpp"

#include <fmt/format.h>

#include <report/units.hpp>

namespace convtune {

std::string hexadecimal(std::uint64_t hash) {
  return fmt::format("{:016x}", hash);
}

Json value(const Layouts& layouts) {
  return {{"source", text_or_null(layouts.source)},
          {"filter", text_or_null(layouts.filter)},
          {"destination", text_or_null(layouts.destination)}};
}

Json value(const CheckError& error) {
  return {{"exact", value_or_null(error.exact)},
          {"scaled_max", number(error.scaled_max)},
          {"bound", number(error.bound)}};
}

Json determinism(const Measurement& measurement) {
  return {{"declared", measurement.candidate.deterministic},
          {"observed", value_or_null(measurement.deterministic_observed)}};
}

Json value(const Environment& environment) {
  return {{"hash", hexadecimal(environment.hash())},
          {"backend", environment.backend},
          {"identity", environment.identity},
          {"recorded", environment.recorded}};
}

Json value(const Choice& choice) {
  Json interval = nullptr;
  if (choice.interval)
    interval = Json::array({number((*choice.interval)[0]), number((*choice.interval)[1])});
  Json measured_at = nullptr;
  if (choice.measured_at) measured_at = utc_time(*choice.measured_at);
  return {{"schema", "convtune.choice/1"},
          {"problem", text(choice.problem)},
          {"device", choice.device},
          {"candidate", text_or_null(choice.candidate)},
          {"implementation", text_or_null(choice.implementation)},
          {"layouts", value(choice.layouts)},
          {"seconds", number(choice.seconds)},
          {"interval", interval},
          {"workspace_bytes", choice.workspace_bytes},
          {"deterministic", choice.deterministic},
          {"precision", name(choice.precision)},
          {"provenance", name(choice.provenance)},
          {"rigour", name(choice.rigour)},
          {"confidence", name(choice.confidence)},
          {"ties", choice.ties},
          {"measured_at", measured_at},
          {"environment", text_or_null(choice.environment)},
          {"threads", choice.threads},
          {"reason", choice.reason}};
}

Json value(const Listing::Refused& refused) {
  Json candidate = nullptr;
  if (!refused.configuration.empty())
    candidate = refused.implementation + "/" + refused.configuration;
  return {{"implementation", refused.implementation},
          {"candidate", candidate},
          {"reason", refused.reason}};
}

}  // namespace convtune
