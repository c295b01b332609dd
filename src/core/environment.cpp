#include <sys/stat.h>

#include <convtune/environment.hpp>

#include "stable_hash.hpp"

namespace convtune {

LibraryFile library_file(const std::string& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) return {.path = path};
  return {
      .path = path,
      .size = static_cast<std::uint64_t>(status.st_size),
      .modified_ns = std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec};
}

std::uint64_t Environment::hash() const {
  using namespace std::string_view_literals;
  StableHash hash;
  hash.add(backend);
  for (const auto& [key, value] : identity) {
    hash.add("\0"sv);
    hash.add(key);
    hash.add("\0"sv);
    hash.add(value);
  }
  return hash.value();
}

std::string Environment::machine_class() const {
  const auto found = identity.find("machine");
  return found == identity.end() ? std::string() : found->second;
}

}  // namespace convtune
