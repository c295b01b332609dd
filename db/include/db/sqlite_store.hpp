#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <convtune/store.hpp>

namespace convtune {

enum class OpenMode {
  read,   ///< the file must exist; nothing is written, a read-only folder is fine; one of an older
          ///< schema is read as it is when it is opened
  write,  ///< made if it does not exist, migrated if it is older, salvaged if it is corrupt
};

/// Opens the store at `path`. Throws Error(environment) with one sentence for a file that is not
/// ours, newer than this program, corrupt (read mode) or unreachable; such a file is not touched.
std::unique_ptr<Store> open_sqlite_store(const std::filesystem::path& path, OpenMode mode);

/// Opens a store that may come from anywhere, for reading: all of its pages are looked through
/// first, so that what is damaged is refused before anything of it is used.
std::unique_ptr<Store> open_foreign_store(const std::filesystem::path& path);

/// Copies the store at `from` as it is at one moment to `to`, which then is there as a whole or not
/// at all. What is at `to` is left alone unless `replace`, and always if it is no store; no folder
/// is made. Throws Error(bad_input) where no file can be, otherwise Error(environment).
void back_up_sqlite_store(const std::filesystem::path& from, const std::filesystem::path& to,
                          bool replace);

/// Version of the SQLite library that is loaded.
std::string sqlite_version();

}  // namespace convtune
