#include "lookup.hpp"

#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

namespace convtune {

void warn_of_missing(const Session& session, std::string_view fate) {
  const char* const variable = std::getenv("CONVTUNE_DB");
  const std::string path =
      session.common.database.empty() && variable != nullptr ? variable : session.common.database;
  std::error_code ignored;
  if (!path.empty() && path != ":memory:" && !std::filesystem::exists(path, ignored))
    session.warn({fmt::format("There is no database '{}': nothing is known; {}.", path, fate)});
}

int ended(int code) {
  if (!watching_interrupts() || !interrupted()) return code;
  write_message("Interrupted; what was measured is kept.");
  return exit_interrupted;
}

}  // namespace convtune
