#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <convtune/backend.hpp>

namespace convtune {

/// dnn_version of one backend: the version of the library that it opened.
std::int64_t library_version(const Backend& backend, bool raises);

/// Why what is loaded is not what the program was built with; empty: it is, or nothing is loaded.
std::string mixed_versions(const Backend& backend);

/// The libraries themselves, without the files that have no version of their own.
std::vector<LibraryVersion> with_versions(std::vector<LibraryVersion> libraries);

}  // namespace convtune
