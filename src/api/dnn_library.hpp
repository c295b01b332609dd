#pragma once

#include <cstdint>
#include <string>

#include <convtune/backend.hpp>

namespace convtune {

/// dnn_version of one backend: the version of the library that it opened.
std::int64_t library_version(const Backend& backend, bool raises);

/// Why what is loaded is not what the program was built with; empty: it is, or nothing is loaded.
std::string mixed_versions(const Backend& backend);

}  // namespace convtune
