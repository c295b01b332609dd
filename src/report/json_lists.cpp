// The objects of verify, list and db.
#include <report/json.hpp>

#include "values.hpp"

namespace convtune {
namespace {

Json value(const Candidate& candidate) {
  return {{"candidate", text(candidate)},
          {"implementation", candidate.implementation},
          {"revision", candidate.revision},
          {"tags", candidate.tags},
          {"workspace_bytes", candidate.workspace_bytes},
          {"deterministic", candidate.deterministic},
          {"precision", name(candidate.precision)},
          {"layouts", value(candidate.layouts)},
          {"baseline", candidate.baseline},
          {"notes", text_or_null(candidate.notes)}};
}

template <class Values, class Convert>
Json array_of(const Values& values, const Convert& convert) {
  Json array = Json::array();
  for (const auto& each : values) array.push_back(convert(each));
  return array;
}

Json document(const char* name, Json content) {
  return {{"schema", "convtune.list/1"}, {name, std::move(content)}};
}

Json store_object(const StoreInfo& info) {
  const auto machine = [](const Machine& each) -> Json {
    return {{"name", each.name}, {"machine_class", each.machine_class}};
  };
  return {{"schema", "convtune.db/1"},
          {"path", info.path},
          {"schema_version", info.schema_version},
          {"bytes", info.bytes},
          {"devices", array_of(info.machines, machine)},
          {"environments",
           array_of(info.environments, [](const Environment& each) { return value(each); })},
          {"problems", info.problems},
          {"candidates", info.candidates},
          {"runs", info.runs},
          {"measurements", info.measurements},
          {"samples", info.samples},
          {"denied", info.denied},
          {"imported", info.imported},
          {"content", hexadecimal(info.content)},
          {"kept_offers", info.kept_offers},
          {"kept_offer_bytes", info.kept_offer_bytes}};
}

Json with_check(Json object, const StoreCheck& check) {
  object["ok"] = check.faults.empty();
  object["faults"] = check.faults;
  return object;
}

}  // namespace

std::string json(const ConvProblem& problem, const Verified& verified) {
  const Measurement& measurement = verified.measurement;
  return dumped({{"schema", "convtune.verification/1"},
                 {"problem", text(problem)},
                 {"candidate", text(verified.candidate)},
                 {"outcome", verdict(verified)},
                 {"reason", text_or_null(measurement.reason)},
                 {"exact", value_or_null(measurement.error.exact)},
                 {"scaled_max", number(measurement.error.scaled_max)},
                 {"bound", number(measurement.error.bound)},
                 {"deterministic", value_or_null(measurement.deterministic_observed)}});
}

std::string json(const VerifySummary& summary) {
  return dumped({{"schema", "convtune.verify_summary/1"},
                 {"problems", summary.problems},
                 {"right", summary.right},
                 {"wrong", summary.wrong},
                 {"failed", summary.failed},
                 {"refused", summary.refused},
                 {"scaled_max", number(summary.scaled_max)},
                 {"interrupted", summary.interrupted},
                 {"right_scaled_max", number(summary.right_scaled_max)}});
}

std::string json(const std::vector<CatalogueEntry>& implementations) {
  const auto entry = [](const CatalogueEntry& each) -> Json {
    return {{"name", each.name},
            {"revision", each.revision},
            {"device", each.device},
            {"family", text_or_null(each.family)},
            {"tags", each.tags},
            {"available", each.reason.empty()},
            {"reason", text_or_null(each.reason)},
            {"summary", each.summary},
            {"module", text_or_null(each.module)}};
  };
  return dumped(document("implementations", array_of(implementations, entry)));
}

std::string json(const ConvProblem& problem, const Device& device, const Listing& listing) {
  const auto refused = [](const Listing::Refused& each) { return value(each); };
  return dumped({{"schema", "convtune.list/1"},
                 {"problem", text(problem)},
                 {"device", device.id},
                 {"candidates",
                  array_of(listing.candidates, [](const Candidate& each) { return value(each); })},
                 {"refusals", array_of(listing.refusals, refused)},
                 {"unasked", array_of(listing.unasked, refused)}});
}

std::string json(const std::vector<ShapeSet>& sets) {
  const auto entry = [](const ShapeSet& each) -> Json {
    const ProblemList list = read_problems(each.content, std::string(each.name));
    return {{"name", std::string(each.name)},
            {"problems", list.problems.size()},
            {"summary", std::string(each.summary)}};
  };
  return dumped(document("sets", array_of(sets, entry)));
}

std::string json(const std::vector<ListedProblem>& problems) {
  const auto entry = [](const ListedProblem& each) -> Json {
    return {{"problem", text(each.problem)}, {"repeats", each.repeats}, {"names", each.names}};
  };
  return dumped(document("problems", array_of(problems, entry)));
}

std::string json(const DeviceList& list) {
  const auto entry = [](const DeviceFacts& each) -> Json {
    const Device& device = each.device;
    const bool cpu = device.kind == DeviceKind::cpu;
    const auto of_gpu = [](int megahertz) {
      return megahertz > 0 ? Json(megahertz) : Json(nullptr);
    };
    return {{"device", device.id},
            {"kind", cpu ? "cpu" : "cuda"},
            {"present", device.present},
            {"name", device.name},
            {"threads", cpu ? device.threads : 0},
            {"isa", cpu ? Json(name(device.isa)) : Json(nullptr)},
            {"l1_bytes", device.l1_bytes},
            {"l2_bytes", device.l2_bytes},
            {"l3_bytes", device.l3_bytes},
            {"memory_bytes", device.memory_bytes},
            {"machine_class", each.machine_class},
            {"uuid", text_or_null(device.serial)},
            {"driver", text_or_null(device.driver)},
            {"sm_clock_mhz", of_gpu(each.sm_clock_mhz)},
            {"memory_clock_mhz", of_gpu(each.memory_clock_mhz)},
            {"compute_mode", text_or_null(each.state.compute_mode)},
            {"mig", value_or_null(each.state.mig)},
            {"mig_instances", each.state.mig_instances},
            {"other_processes", value_or_null(each.state.other_processes)}};
  };
  Json object = document("devices", array_of(list.devices, entry));
  object["missing"] = list.missing;
  return dumped(object);
}

std::string json(const StoreInfo& info) {
  return dumped(store_object(info));
}

std::string json(const StoreInfo& info, const StoreCheck& check) {
  return dumped(with_check(store_object(info), check));
}

std::string json(const std::string& path, const StoreCheck& check) {
  Json object = store_object({.path = path});
  for (auto& [name, value] : object.items())
    if (name != "schema" && name != "path") value = nullptr;
  return dumped(with_check(std::move(object), check));
}

}  // namespace convtune
