#pragma once

#include <cstdint>
#include <filesystem>

#include "database.hpp"

namespace convtune::db {

/// Bytes 68 to 71 of every store: "Conv".
constexpr std::uint32_t application_id = 0x436f6e76;

/// What the first bytes of a file say, before anything is recovered or locked.
struct StoreFile {
  enum class Kind { empty, ours, foreign } kind = Kind::empty;
  std::int32_t version = 0;  ///< of the schema, if ours
  bool torn = false;         ///< ends within a page, which SQLite itself does not notice
};

/// Why a file of another kind is not touched, and what to do about it: the mark of a store is on
/// its first page, so one that lost that page can no longer be told from what never was one.
std::string foreign_sentence(const std::string& path);

/// Looks through the connection: a file opened and closed beside SQLite would drop the locks of
/// every connection that this process has to it.
StoreFile inspect(const Database& database);

/// Bytes that a store which nobody has open holds by its own header; 0: unknown.
std::uintmax_t header_bytes(const std::filesystem::path& path);

}  // namespace convtune::db
