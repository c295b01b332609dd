#include "settings.hpp"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include <convtune/catalogue.hpp>
#include <convtune/error.hpp>

#include "output.hpp"

namespace convtune {
namespace {

constexpr const char* guard = "CONVTUNE_SETTINGS_APPLIED";
char** started_with = nullptr;
std::vector<std::string> named_modules;

void set(const std::vector<std::string>& settings) {
  for (const std::string& setting : settings) {
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos) continue;
    setenv(setting.substr(0, equals).c_str(), setting.substr(equals + 1).c_str(), 1);
  }
}

}  // namespace

void remember_arguments(char** arguments) {
  started_with = arguments;
}

void apply_library_settings(const Context& context) {
  static bool applied = false;
  if (std::exchange(applied, true)) return;
  if (std::getenv(guard) != nullptr) {
    unsetenv(guard);  // not for the processes that we start
    return;
  }
  const std::vector<std::string> settings = library_settings(context);
  if (settings.empty() || started_with == nullptr) return;
  set(settings);
  setenv(guard, "1", 1);
  give_output_back();
  execv("/proc/self/exe", started_with);
  keep_output_from_libraries();
  unsetenv(guard);  // could not: go on as we are; the settings are recorded as they are
}

void adopt_library_settings(const Context& context) {
  set(library_settings(context));
}

void name_module(const std::string& file) {
  if (file.empty() || file.find(':') != std::string::npos)
    throw Error(ErrorCode::bad_input, "it takes a file whose name has no colon in it");
  constexpr const char* variable = "CONVTUNE_MODULES";
  const char* const others = std::getenv(variable);
  const std::string before = others != nullptr && *others != 0 ? std::string(others) + ":" : "";
  named_modules.push_back(std::filesystem::absolute(file).string());
  setenv(variable, (before + named_modules.back()).c_str(), 1);
}

void require_named_modules() {
  for (const std::string& name : named_modules)
    if (const std::string why = why_unused(name); !why.empty())
      throw Error(ErrorCode::bad_input, why);
}

}  // namespace convtune
