#include "temporary_folder.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace convtune {

namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder() {
  // In memory where possible: thousands of syncs of a busy disk take minutes and prove nothing
  // here.
  for (const fs::path& base : {fs::path("/dev/shm"), fs::temp_directory_path()}) {
    std::string pattern = (base / "convtune-XXXXXX").string();
    if (::mkdtemp(pattern.data())) {
      path_ = pattern;
      return;
    }
  }
  throw std::runtime_error("no temporary folder");
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_contents(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

int files_named(const fs::path& folder, const std::string& part) {
  return static_cast<int>(
      std::count_if(fs::directory_iterator(folder), {}, [&](const fs::directory_entry& entry) {
        return entry.path().filename().string().find(part) != std::string::npos;
      }));
}

}  // namespace convtune
