#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "database.hpp"

namespace convtune::db {

/// A store ready for use, and what the user should know about it.
struct Opened {
  std::unique_ptr<Database> database;
  std::vector<std::string> warnings;
};

/// Looks through all pages; throws SqliteError for a damaged one.
void require_whole(const Database& database, const std::filesystem::path& path);

/// Throws Error(environment) for what cannot be read as a store.
Opened open_for_reading(const std::filesystem::path& path);

/// Makes or migrates as needed; `network` names a network file system, empty for a local one.
/// Throws as above; a SqliteError that is corrupt() means that there is something to salvage.
Opened open_for_writing(const std::filesystem::path& path, const std::string& network);

}  // namespace convtune::db
