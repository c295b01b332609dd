#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <convtune/store.hpp>

namespace convtune {

enum class OpenMode {
  read,   ///< the file must exist; nothing is written, a read-only folder is fine
  write,  ///< made if it does not exist, migrated if it is older, salvaged if it is corrupt
};

/// Opens the store at `path`. Throws Error(environment) with one sentence for a file that is not
/// ours, newer than this program, corrupt (read mode) or unreachable; such a file is not touched.
std::unique_ptr<Store> open_sqlite_store(const std::filesystem::path& path, OpenMode mode);

/// Version of the SQLite library that is loaded.
std::string sqlite_version();

}  // namespace convtune
