#include "store_file.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <sqlite3.h>

namespace convtune::db {
namespace {

std::uint32_t big_endian(const unsigned char* bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 |
         std::uint32_t{bytes[2]} << 8 | std::uint32_t{bytes[3]};
}

sqlite3_int64 page_bytes(const unsigned char* header) {
  const sqlite3_int64 stored = header[16] << 8 | header[17];
  return stored == 1 ? 65536 : std::max<sqlite3_int64>(stored, 512);
}

}  // namespace

std::string foreign_sentence(const std::string& path) {
  return fmt::format(
      "'{}' is not a store of convtune, or its first page is damaged; it was left as it is. If it "
      "was one, a backup can take its place.",
      path);
}

StoreFile inspect(const Database& database) {
  sqlite3_file* file = nullptr;
  database.require(sqlite3_file_control(database.handle(), "main", SQLITE_FCNTL_FILE_POINTER,
                                        static_cast<void*>(&file)));
  sqlite3_int64 size = 0;
  database.require(file->pMethods->xFileSize(file, &size));
  // SQLite takes a file of one byte for an empty one.
  std::error_code error;
  if (size == 0 && std::filesystem::file_size(database.path(), error) == 1 && !error)
    return {.kind = StoreFile::Kind::foreign};
  if (size == 0) return {.kind = StoreFile::Kind::empty};

  unsigned char header[100] = {};
  if (size < static_cast<sqlite3_int64>(sizeof header)) return {.kind = StoreFile::Kind::foreign};
  database.require(file->pMethods->xRead(file, header, sizeof header, 0));
  if (big_endian(header + 68) != application_id) return {.kind = StoreFile::Kind::foreign};
  return {.kind = StoreFile::Kind::ours,
          .version = static_cast<std::int32_t>(big_endian(header + 60)),
          .torn = size % page_bytes(header) != 0};
}

std::uintmax_t header_bytes(const std::filesystem::path& path) {
  unsigned char header[100] = {};
  std::ifstream file(path, std::ios::binary);
  if (!file.read(reinterpret_cast<char*>(header), sizeof header)) return 0;
  constexpr std::uintmax_t most = std::uintmax_t{1} << 40;  // a damaged count must not fill a disk
  const std::uintmax_t bytes =
      std::uintmax_t{big_endian(header + 28)} * static_cast<std::uintmax_t>(page_bytes(header));
  return bytes <= most ? bytes : 0;
}

}  // namespace convtune::db
