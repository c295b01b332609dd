#include "dnn_library.hpp"

#include <array>
#include <charconv>

#include <fmt/format.h>

#include <convtune/error.hpp>

namespace convtune {
namespace {

/// 10000 major + 100 minor + patch of "3.7.1"; what is missing is 0.
std::int64_t number_of(const std::string& version) {
  std::array<std::int64_t, 3> parts{};
  const char* at = version.data();
  const char* const end = at + version.size();
  for (std::int64_t& part : parts) {
    const auto [stop, error] = std::from_chars(at, end, part);
    if (error != std::errc{} || stop == end || *stop != '.') break;
    at = stop + 1;
  }
  return parts[0] * 10000 + parts[1] * 100 + parts[2];
}

}  // namespace

std::string mixed_versions(const Backend& backend) {
  if (!backend.unavailable().empty()) return {};
  for (const LibraryVersion& library : backend.libraries())
    if (!library.header.empty() && !library.runtime.empty() &&
        !library.runtime.starts_with(library.header))
      return fmt::format("was built with the headers of {} {}, but {} {} is loaded; build it again",
                         library.name, library.header, library.name, library.runtime);
  return {};
}

std::int64_t library_version(const Backend& backend, bool raises) {
  if (const std::string missing = backend.unavailable(); !missing.empty()) {
    if (raises) throw Error(ErrorCode::environment, missing);
    return -1;
  }
  if (const std::string mixed = mixed_versions(backend); !mixed.empty())
    throw Error(ErrorCode::environment, fmt::format("The backend {} {}.", backend.name(), mixed));
  for (const LibraryVersion& library : backend.libraries())
    if (!library.runtime.empty()) return number_of(library.runtime);
  if (raises)
    throw Error(ErrorCode::environment,
                fmt::format("The backend {} has no library.", backend.name()));
  return -1;
}

std::vector<LibraryVersion> with_versions(std::vector<LibraryVersion> libraries) {
  std::erase_if(libraries, [](const LibraryVersion& each) {
    return each.header.empty() && each.runtime.empty();
  });
  return libraries;
}

}  // namespace convtune
