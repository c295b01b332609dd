// What the times of one backend depend on, found out or remembered.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>
#include <sys/utsname.h>

#include <convtune/catalogue.hpp>
#include <convtune/context.hpp>
#include <convtune/doctor.hpp>
#include <db/sqlite_store.hpp>

#include "system.hpp"

namespace convtune {
namespace {

// What a user may set that changes how fast a backend is. Empty backend: all of them.
struct Override {
  std::string_view backend;
  const char* variable;
};
constexpr std::array overrides = {
    Override{"", "OMP_PROC_BIND"},
    Override{"", "OMP_PLACES"},
    Override{"", "GOMP_CPU_AFFINITY"},
    Override{"", "GOMP_SPINCOUNT"},
    Override{"blas", "OPENBLAS_CORETYPE"},
    Override{"onednn", "DNNL_MAX_CPU_ISA"},
    Override{"onednn", "ONEDNN_MAX_CPU_ISA"},
    Override{"onednn", "DNNL_DEFAULT_FPMATH_MODE"},
    Override{"onednn", "ONEDNN_DEFAULT_FPMATH_MODE"},
};

// What a user may set that changes which file of a library is opened.
struct Whereabouts {
  std::string_view backend;
  const char* variable;
};
constexpr std::array whereabouts = {
    Whereabouts{"cudnn", "CONVTUNE_MODULE_DIR"},
    Whereabouts{"cublas", "CONVTUNE_MODULE_DIR"},
    Whereabouts{"cuda", "CONVTUNE_MODULE_DIR"},
    Whereabouts{"cudnn", "CONVTUNE_CUDNN_LIBRARY"},
    Whereabouts{"cublas", "CONVTUNE_CUBLAS_LIBRARY"},
};

std::string variable(const char* name, const char* otherwise = "") {
  const char* const value = std::getenv(name);
  return value && *value ? value : otherwise;
}

constexpr std::string_view override_mark = "set.";

// The part of an identity that is known without opening anything.
std::map<std::string, std::string> common_identity(std::string_view backend, const Device& device) {
  if (device.kind != DeviceKind::cpu) return {{"machine", probe_machine(device).machine_class}};
  std::map<std::string, std::string> identity{
      {"machine", probe_machine().machine_class},
      {"threads", std::to_string(device.threads)},
      {"wait_policy", variable("OMP_WAIT_POLICY", "default")},
      {"isa", std::string(name(device.isa))}};
  for (const Override& each : overrides)
    if (each.backend.empty() || each.backend == backend)
      if (std::string value = variable(each.variable); !value.empty())
        identity.emplace(std::string(override_mark) + each.variable, std::move(value));
  return identity;
}

bool is_common(const std::string& key) {
  return key == "machine" || key == "threads" || key == "wait_policy" || key == "isa" ||
         key.starts_with(override_mark);
}

std::map<std::string, std::string> recorded_facts(const Device& device) {
  const System system;
  utsname kernel = {};
  uname(&kernel);
  std::string os = "unknown";
  if (const auto release = system.read("etc/os-release"))
    if (const auto at = release->find("PRETTY_NAME=\""); at != std::string::npos) {
      const auto begin = at + 13;
      os = release->substr(begin, release->find('"', begin) - begin);
    }
  const auto quota = system.cpu_quota();
  return {{"os", os},
          {"kernel", kernel.release},
          {"governor",
           system.read("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").value_or("unknown")},
          {"cpu_quota", quota ? std::to_string(*quota) : "none"},
          {"memory_limit_bytes", std::to_string(device.memory_bytes)},
          {"compiler", __VERSION__},
          {"program", program_version()}};
}

}  // namespace

Environment probe_environment(const Backend& backend, const Device& device) {
  Environment environment;
  environment.backend = backend.name();
  environment.identity = common_identity(backend.name(), device);
  environment.recorded = recorded_facts(device);
  if (!backend.unavailable().empty()) {
    environment.identity["available"] = "no";
    return environment;
  }
  for (const Whereabouts& each : whereabouts)
    if (each.backend == backend.name())
      if (std::string chosen = variable(each.variable); !chosen.empty())
        environment.recorded[each.variable] = std::move(chosen);
  for (auto& [key, value] : backend.identity(device)) environment.identity.emplace(key, value);
  for (const LibraryVersion& library : backend.libraries()) {
    if (library.path.empty()) continue;
    if (!library.runtime.empty()) environment.recorded[library.name] = library.path;
    environment.files.push_back(library_file(library.path));
  }
  return environment;
}

std::optional<Environment> remembered_environment(const std::string& backend, const Device& device,
                                                  const Store& store) {
  const auto here = common_identity(backend, device);
  const auto matches = [&](const Environment& environment) {
    if (environment.backend != backend || environment.identity.contains("available")) return false;
    for (const Whereabouts& each : whereabouts) {
      if (each.backend != backend) continue;
      const auto then = environment.recorded.find(each.variable);
      if (variable(each.variable) != (then == environment.recorded.end() ? "" : then->second))
        return false;
    }
    std::map<std::string, std::string> common;
    for (const auto& entry : environment.identity)
      if (is_common(entry.first)) common.insert(entry);
    return common == here && std::ranges::all_of(environment.files, [](const LibraryFile& file) {
             return library_file(file.path) == file;
           });
  };
  const std::vector<Environment> all = store.environments();
  const auto newest = std::find_if(all.rbegin(), all.rend(), matches);
  if (newest == all.rend()) return std::nullopt;
  return *newest;
}

std::vector<std::string> library_settings(const Context& context) {
  std::vector<std::string> settings;
  // A spinning thread costs its neighbours on a shared machine more than it wins.
  if (variable("OMP_WAIT_POLICY").empty()) settings.emplace_back("OMP_WAIT_POLICY=passive");
  const std::string threads =
      std::to_string(context.threads > 0 ? context.threads : default_threads());
  if (variable("OMP_NUM_THREADS").empty() ||
      (context.threads > 0 && variable("OMP_NUM_THREADS") != threads))
    settings.push_back("OMP_NUM_THREADS=" + threads);
  if (variable("OPENBLAS_CORETYPE").empty()) {
    const std::string path = context.database.empty() ? default_database() : context.database;
    std::error_code ignored;
    if (std::filesystem::is_regular_file(path, ignored)) try {
        const auto store = open_sqlite_store(path, OpenMode::read);
        if (const auto type = store->setting(core_type_setting_key(probe_machine())))
          if (!type->empty()) settings.push_back("OPENBLAS_CORETYPE=" + *type);
      } catch (const Error&) {
        // Whoever needs the database says what is wrong with it.
      }
  }
  return settings;
}

}  // namespace convtune
