#include <report/doctor.hpp>

#include "values.hpp"

namespace convtune {
namespace {

Json parsed_or_text(const std::string& text) {
  Json parsed = Json::parse(text, nullptr, false);
  return parsed.is_discarded() ? text_or_null(text) : parsed;
}

// A GPU has neither software threads nor one of our instruction sets.
Json value(const Device& device) {
  const bool cpu = device.kind == DeviceKind::cpu;
  return {{"name", device.name},
          {"threads", cpu ? device.threads : 0},
          {"isa", cpu ? Json(name(device.isa)) : Json(nullptr)},
          {"l1_bytes", device.l1_bytes},
          {"l2_bytes", device.l2_bytes},
          {"l3_bytes", device.l3_bytes},
          {"memory_bytes", device.memory_bytes}};
}

Json value(const DeviceFacts& gpu) {
  return {{"device", gpu.device.id},         {"name", gpu.device.name},
          {"present", gpu.device.present},   {"machine_class", gpu.machine_class},
          {"l2_bytes", gpu.device.l2_bytes}, {"memory_bytes", gpu.device.memory_bytes}};
}

Json value(const LibraryVersion& library) {
  return {{"name", library.name},
          {"header", text_or_null(library.header)},
          {"runtime", text_or_null(library.runtime)},
          {"path", text_or_null(library.path)}};
}

Json value(const BackendFinding& backend) {
  Json libraries = Json::array();
  for (const LibraryVersion& library : backend.libraries) libraries.push_back(value(library));
  return {{"name", backend.name},
          {"available", backend.unavailable.empty()},
          {"reason", text_or_null(backend.unavailable)},
          {"libraries", libraries},
          {"identity", backend.identity}};
}

Json value(const CoreTypes& types) {
  Json timed = Json::array();
  for (const CoreTypes::Timed& each : types.timed)
    timed.push_back({{"name", each.name}, {"gflops", number(each.gflops)}});
  return {{"chosen", text_or_null(types.chosen)},
          {"demanded", text_or_null(types.demanded)},
          {"fastest", text_or_null(types.fastest)},
          {"remembered", types.remembered},
          {"timed", timed},
          {"reason", text_or_null(types.problem)},
          {"running", text_or_null(types.running)}};
}

Json value(const Diagnosis& diagnosis, const Noise& noise) {
  return {{"samples", noise.samples},
          {"median_seconds", number(noise.median_seconds)},
          {"relative_sd", number(noise.relative_sd)},
          {"robust_sd", number(noise.robust_sd)},
          {"first_call_ratio", number(noise.first_call)},
          {"drift", number(noise.drift)},
          {"rounds_to_tell_2_percent", rounds_to_tell(noise, 0.02)},
          {"race_rounds", diagnosis.race_rounds},
          {"race_tells", number(tellable(noise, diagnosis.race_rounds))}};
}

Json value(const DatabaseFinding& database) {
  return {{"path", text_or_null(database.path)},
          {"exists", database.exists},
          {"healthy", database.fault.empty()},
          {"reason", text_or_null(database.fault)},
          {"schema_version", database.schema_version},
          {"bytes", database.bytes},
          {"problems", database.problems},
          {"runs", database.runs}};
}

}  // namespace

std::string json(const Diagnosis& diagnosis) {
  Json backends = Json::array();
  for (const BackendFinding& backend : diagnosis.backends) backends.push_back(value(backend));
  return dumped({{"schema", "convtune.doctor/1"},
                 {"device", value(diagnosis.device)},
                 {"machine_class", diagnosis.machine.machine_class},
                 {"topology",
                  {{"packages", diagnosis.topology.packages},
                   {"numa_nodes", diagnosis.topology.numa_nodes},
                   {"cores", diagnosis.topology.cores},
                   {"hardware_threads", diagnosis.topology.hardware_threads}}},
                 {"available_cores", diagnosis.available_cores},
                 {"wait_policy", text_or_null(diagnosis.wait_policy)},
                 {"build", diagnosis.build},
                 {"backends", backends},
                 {"models", value(diagnosis.models)},
                 {"blas_core_types", value(diagnosis.core_types)},
                 {"noise", value(diagnosis, diagnosis.noise)},
                 {"database", value(diagnosis.database)},
                 {"findings", diagnosis.findings},
                 {"advice", diagnosis.advice},
                 {"gpu", diagnosis.asked ? value(*diagnosis.asked) : Json(nullptr)}});
}

std::string json(const Device& device, const Machine& machine) {
  Json description = value(device);
  Json document = {{"schema", "convtune.device/1"}};
  document.update(description);
  document["machine_class"] = machine.machine_class;
  document["fingerprint"] = parsed_or_text(machine.fingerprint);
  return dumped(document);
}

}  // namespace convtune
