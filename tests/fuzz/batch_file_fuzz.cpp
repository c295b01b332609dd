// Any text is a few files, parted by '%', that read each other by --batch=1 and so on: problems
// that round-trip, and notes that say in which file and where.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <convtune/problem_list.hpp>

#include "require.hpp"

namespace {

namespace fs = std::filesystem;

// Of this process, gone with it.
struct Folder {
  fs::path path;
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "convtune-fuzz-XXXXXX").string();
    require(::mkdtemp(pattern.data()) != nullptr, "no folder");
    path = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace convtune;
  static const Folder folder;
  const std::string_view content(reinterpret_cast<const char*>(data), size);
  if (content.find('/') != std::string_view::npos) return 0;  // others' files are not its business
  constexpr int most = 4;
  std::size_t start = 0;
  std::string first;
  for (int file = 0; file < most; ++file) {
    const std::size_t end = std::min(content.find('%', start), content.size());
    const std::string part(content.substr(start, end - start));
    if (file == 0) first = part;
    std::ofstream(folder.path / std::to_string(file), std::ios::binary) << part;
    start = std::min(end + 1, content.size());
  }
  const ProblemList list = read_problems(first, "input", folder.path.string());
  for (const ListedProblem& listed : list.problems)
    require(parse_problem(text(listed.problem)) == listed.problem, text(listed.problem));
  for (const ReadNote& note : list.notes)
    require((note.where.starts_with("input:") || note.where.starts_with(folder.path.string())) &&
                !note.text.empty(),
            note.where);
  return 0;
}
