// Looks at the machine, its libraries, its noise and the database, and says what that means.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sched.h>

#include <convtune/catalogue.hpp>
#include <convtune/devices.hpp>
#include <convtune/doctor.hpp>
#include <db/sqlite_store.hpp>
#include <kernels/list.hpp>
#include <tuner/race.hpp>

#include "build.hpp"
#include "dnn_library.hpp"
#include "doctor_advice.hpp"
#include "gpu_backends.hpp"
#include "stop.hpp"

namespace convtune {
namespace {

constexpr int core_type_rounds = 11;

int cores_in_mask() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  return sched_getaffinity(0, sizeof mask, &mask) == 0 ? CPU_COUNT(&mask) : 1;
}

// The same work every time, on every thread as a kernel would: multiply-adds over what fits a
// second-level cache.
void fixed_work(std::vector<std::vector<float>>& arrays) {
#pragma omp parallel for schedule(static, 1)
  for (std::size_t thread = 0; thread < arrays.size(); ++thread)
    for (int pass = 0; pass < 40; ++pass)
      for (float& value : arrays[thread]) value = value * 0.999F + 0.25F;
}

std::vector<double> time_fixed_work(int threads, double seconds) {
  using Clock = std::chrono::steady_clock;
  std::vector<std::vector<float>> arrays(static_cast<std::size_t>(threads),
                                         std::vector<float>(64 << 10, 1.0F));
  std::vector<double> times;
  const auto start = Clock::now();
  const std::chrono::duration<double> limit(seconds);
  for (auto before = start; times.size() < 8 || before - start < limit;) {
    fixed_work(arrays);
    const auto after = Clock::now();
    times.push_back(std::chrono::duration<double>(after - before).count());
    before = after;
  }
  return times;
}

BackendFinding look_at(const Backend& backend, const Device& device) {
  BackendFinding finding;
  finding.name = backend.name();
  finding.unavailable = backend.unavailable();
  if (!finding.unavailable.empty()) return finding;
  finding.libraries = with_versions(backend.libraries());
  finding.identity = backend.identity(device);
  return finding;
}

DatabaseFinding look_at_database(const std::string& path) {
  DatabaseFinding finding;
  finding.path = path;
  std::error_code ignored;
  finding.exists = std::filesystem::exists(path, ignored);
  if (!finding.exists) return finding;
  try {
    const auto store = open_sqlite_store(path, OpenMode::read);
    const StoreInfo info = store->info();
    finding.schema_version = info.schema_version;
    finding.bytes = info.bytes;
    finding.problems = info.problems;
    finding.runs = info.runs;
    const StoreCheck check = store->check();
    if (!check.faults.empty()) finding.fault = check.faults.front();
  } catch (const Error& error) {
    finding.fault = error.what();
  }
  return finding;
}

std::vector<std::string> core_types_to_try(const Device& device) {
  std::vector<std::string> names;
  if (device.isa >= Isa::avx2) names.insert(names.end(), {"Haswell", "Zen"});
  if (device.isa >= Isa::avx512)
    names.insert(names.end(), {"SkylakeX", "Cooperlake", "SapphireRapids"});
  return names;
}

std::optional<std::string> remembered_core_type(const std::string& path, const std::string& key) {
  try {
    return open_sqlite_store(path, OpenMode::read)->setting(key);
  } catch (const Error&) {
    return std::nullopt;  // look_at_database says what is wrong with it
  }
}

CoreTypes remembered_as(const std::string& known, const DoctorOptions& options) {
  CoreTypes types = time_core_types({}, options.launch, 0, options.stop);
  types.problem.clear();
  types.fastest = known.empty() ? types.chosen : known;
  types.remembered = true;
  return types;
}

// What the user's OPENBLAS_CORETYPE demands; what is remembered was set by ourselves.
std::string demanded_core_type(const std::optional<std::string>& known) {
  const char* const type = std::getenv("OPENBLAS_CORETYPE");
  return type == nullptr || type == known ? std::string() : std::string(type);
}

std::string running_core_type(const std::vector<BackendFinding>& backends) {
  for (const BackendFinding& each : backends)
    if (const auto core = each.identity.find("openblas_core"); core != each.identity.end())
      return core->second;
  return {};
}

// A demand is compared with the others anew: by how much it is slower is not remembered.
CoreTypes look_at_core_types(const DoctorOptions& options, const Diagnosis& diagnosis) {
  const std::string key = core_type_setting_key(diagnosis.machine);
  const DatabaseFinding& database = diagnosis.database;
  std::optional<std::string> known;
  if (database.exists && database.fault.empty()) known = remembered_core_type(database.path, key);
  const std::string demanded = demanded_core_type(known);
  if (known && demanded.empty() && !options.remeasure) return remembered_as(*known, options);
  CoreTypes types = time_core_types(core_types_to_try(diagnosis.device), options.launch,
                                    core_type_rounds, options.stop);
  types.demanded = demanded;
  if (types.fastest.empty() || !database.fault.empty()) return types;
  try {
    // Its own choice stays unnamed: naming it would make another environment of the same kernels.
    open_sqlite_store(database.path, OpenMode::write)
        ->set_setting(key, types.fastest == types.chosen ? "" : types.fastest);
  } catch (const Error& error) {
    types.problem = fmt::format("It could not be remembered: {}", error.what());
  }
  return types;
}

// What can be said of a GPU that is only described, and by which libraries.
std::string sentence_on_described(const Device& gpu) {
  std::vector<std::string_view> usable;
  for (const Backend* const backend : gpu_backends())
    if (backend->unavailable().empty()) usable.push_back(backend->name());
  if (usable.empty())
    return fmt::format(
        "Of {}, which is described and not here, nothing is listed: no backend for GPUs is "
        "available.",
        gpu.name);
  return fmt::format(
      "Of {}, which is described and not here, candidates of {} are listed and guessed.", gpu.name,
      fmt::join(usable, ", "));
}

std::vector<std::string> look_at_gpus(const Context& context,
                                      const std::optional<DeviceFacts>& asked) {
  std::vector<std::string> sentences;
  if (!asked && !context.device.empty() && context.device != "cpu")
    sentences.push_back(fmt::format("There is no device '{}' here.", context.device));
  const bool described = asked && !asked->device.present;
  if (std::string why = why_nothing_on_gpus(); !why.empty()) {
    sentences.push_back(std::move(why));
    if (!described && can_ask_for_described())
      sentences.emplace_back(
          "What would run on a GPU that is described (convtune list devices) is listed and "
          "guessed.");
  }
  for (const DeviceFacts& gpu : list_present_gpus()) sentences.push_back(sentence_on(gpu));
  if (described) sentences.push_back(sentence_on_described(asked->device));
  return sentences;
}

// The GPU of the context; nullopt where it names the CPU, or none that can be reached.
std::optional<DeviceFacts> asked_gpu(const Context& context) {
  std::optional<DeviceFacts> asked = find_device(context);
  if (asked && asked->device.kind == DeviceKind::cpu) asked.reset();
  return asked;
}

}  // namespace

Diagnosis diagnose(const Context& context, const DoctorOptions& options) {
  const auto say = [&](const char* line) {
    stop_if_asked(options.stop);
    if (options.progress) options.progress(line);
  };
  Diagnosis diagnosis;
  diagnosis.asked = asked_gpu(context);
  // Times are taken on what is here; of a GPU there are its facts and its libraries.
  Context here = context;
  here.device = "cpu";
  diagnosis.device = probe_device(here);
  diagnosis.machine = probe_machine();
  diagnosis.topology = probe_topology();
  diagnosis.available_cores = cores_in_mask();
  if (const char* policy = std::getenv("OMP_WAIT_POLICY")) diagnosis.wait_policy = policy;
  diagnosis.build = build_kind();

  say("opening libraries");
  const std::vector<const Backend*> on_gpus = gpu_backends();
  for (const Backend* backend : all_backends()) {
    const bool of_asked = diagnosis.asked && std::ranges::find(on_gpus, backend) != on_gpus.end();
    diagnosis.backends.push_back(
        look_at(*backend, of_asked ? diagnosis.asked->device : diagnosis.device));
  }

  diagnosis.gpus = look_at_gpus(context, diagnosis.asked);

  say("looking at the database");
  const std::string path = context.database.empty() ? default_database() : context.database;
  const bool keeps = path != ":memory:";
  if (keeps) diagnosis.database = look_at_database(path);
  if (options.launch && keeps) {
    say("timing matrix products with each BLAS core type");
    diagnosis.core_types = look_at_core_types(options, diagnosis);
    diagnosis.core_types.running = running_core_type(diagnosis.backends);
  }

  say("timing the same work again and again");
  diagnosis.noise = noise_of(time_fixed_work(diagnosis.device.threads, options.noise_seconds));
  diagnosis.race_rounds = RaceSettings().max_rounds;

  diagnosis.findings = findings(diagnosis);
  diagnosis.advice = advice(diagnosis);
  return diagnosis;
}

}  // namespace convtune
