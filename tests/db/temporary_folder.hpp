#pragma once

#include <filesystem>
#include <string>

namespace convtune {

/// An empty folder of its own, gone with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const char* name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// All bytes of a file.
std::string contents(const std::filesystem::path& path);
void write_contents(const std::filesystem::path& path, const std::string& bytes);

/// How many files of the folder have this in their name.
int files_named(const std::filesystem::path& folder, const std::string& part);

}  // namespace convtune
