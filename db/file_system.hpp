#pragma once

#include <filesystem>
#include <string>

namespace convtune::db {

/// The name of the network file system with this number of statfs; empty for a local one.
std::string network_file_system(long type);

/// The same for where `path` lies or would lie.
std::string network_file_system(const std::filesystem::path& path);

}  // namespace convtune::db
