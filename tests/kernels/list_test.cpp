// kernels/list.inc is the only registry: what it names is there, what is there it names.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include <convtune/error.hpp>
#include <kernels/list.hpp>

namespace convtune {
namespace {

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The first and second group of every match, joined by a dot.
std::multiset<std::string> names_in(const std::string& text, const std::regex& pattern) {
  std::multiset<std::string> names;
  for (std::sregex_iterator match(text.begin(), text.end(), pattern), end; match != end; ++match)
    names.insert((*match)[1].str() + "." + (*match)[2].str());
  return names;
}

TEST(List, NamesEveryImplementationThatTheFilesDefine) {
  const std::filesystem::path kernels = CONVTUNE_KERNELS;
  const auto listed =
      names_in(content(kernels / "list.inc"),
               std::regex("\nCONVTUNE_IMPLEMENTATION\\(([a-z0-9]+), ([a-z0-9_]+)\\)"));
  std::multiset<std::string> defined;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kernels))
    if (entry.path().extension() == ".cpp")
      defined.merge(
          names_in(content(entry.path()),
                   std::regex("\nconst Implementation& ([a-z0-9]+)_([a-z0-9_]+)\\(\\) \\{")));
  EXPECT_EQ(listed, defined) << "kernels/list.inc and the files under kernels/ disagree";
}

TEST(List, GivesWhatItNamesInItsOrder) {
  const auto listed =
      names_in("\n" + content(std::filesystem::path(CONVTUNE_KERNELS) / "list.inc"),
               std::regex("\nCONVTUNE_IMPLEMENTATION\\(([a-z0-9]+), ([a-z0-9_]+)\\)"));
  std::multiset<std::string> given;
  for (const Implementation* implementation : all_implementations()) {
    given.insert(std::string(implementation->name()));
    EXPECT_EQ(find_implementation(implementation->name()), implementation);
    EXPECT_FALSE(implementation->summary().empty());
    EXPECT_FALSE(implementation->tags().empty());
    for (const std::string& tag : implementation->tags())
      EXPECT_NE(std::ranges::find(known_tags(), tag), known_tags().end()) << tag;
    EXPECT_GE(implementation->revision(), 1);
    EXPECT_EQ(backend(implementation->backend()).name(), implementation->backend());
  }
  EXPECT_EQ(given, listed);
}

TEST(List, SaysWhatItDoesNotHave) {
  EXPECT_EQ(find_implementation("cpu.nothing"), nullptr);
  EXPECT_THROW(backend("nothing"), Error);
}

TEST(Backends, SayWhatTheyOpenedOrWhyNot) {
  for (const Backend* one : all_backends()) {
    if (!one->unavailable().empty()) continue;
    const std::vector<LibraryVersion> libraries = one->libraries();
    EXPECT_TRUE(libraries.empty() || !libraries.front().runtime.empty()) << one->name();
    for (const LibraryVersion& library : libraries) {
      EXPECT_FALSE(library.name.empty()) << one->name();
      EXPECT_TRUE(std::filesystem::exists(library.path)) << library.path;
    }
  }
}

TEST(Backends, OpenBlasSaysWhichKernelsItChose) {
  const Backend& blas = backend("blas");
  if (!blas.unavailable().empty()) GTEST_SKIP() << blas.unavailable();
  const auto identity = blas.identity(Device{});
  EXPECT_TRUE(identity.contains("openblas"));
  EXPECT_FALSE(identity.at("openblas_core").empty());
}

}  // namespace
}  // namespace convtune
