#pragma once

#include <filesystem>
#include <string>

#include "database.hpp"

namespace convtune::db {

/// Renames a damaged store and its log to <name>.corrupt-<time> and returns the new path.
std::filesystem::path move_aside(const std::filesystem::path& path);

struct Salvaged {
  std::int64_t runs = 0;
  std::int64_t lost = 0;  ///< runs known to have been there
};

/// Copies every run, environment, setting and denylist row that can still be read, and is what was
/// stored, from the store at `damaged` into the open store `into`; all in one transaction.
Salvaged salvage(const std::filesystem::path& damaged, Database& into);

}  // namespace convtune::db
