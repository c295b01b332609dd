#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include <convtune/environment.hpp>

namespace convtune {
namespace {

Environment example() {
  return {.backend = "onednn",
          .identity = {{"isa", "avx512"}, {"machine", "Xeon/2"}, {"threads", "2"}},
          .recorded = {},
          .files = {}};
}

/// Stored in databases: this never changes.
TEST(EnvironmentHash, HasAGoldenValue) {
  EXPECT_EQ(example().hash(), 13851774300111046431u);
}

TEST(EnvironmentHash, CoversBackendAndIdentityOnly) {
  Environment other = example();
  other.recorded["kernel"] = "6.1";
  other.files.push_back({.path = "/lib/x.so", .size = 4});
  EXPECT_EQ(other.hash(), example().hash());
  other.identity["threads"] = "4";
  EXPECT_NE(other.hash(), example().hash());
  other = example();
  other.backend = "blas";
  EXPECT_NE(other.hash(), example().hash());
}

TEST(EnvironmentHash, KeepsKeysAndValuesApart) {
  const Environment a = {.backend = "cpu", .identity = {{"ab", "c"}}, .recorded = {}, .files = {}};
  const Environment b = {.backend = "cpu", .identity = {{"a", "bc"}}, .recorded = {}, .files = {}};
  EXPECT_NE(a.hash(), b.hash());
}

TEST(MachineClass, IsPartOfTheIdentity) {
  EXPECT_EQ(example().machine_class(), "Xeon/2");
  EXPECT_EQ(Environment{}.machine_class(), "");
}

TEST(LibraryFile, ChangesWithTheFile) {
  const std::string path = testing::TempDir() + "convtune_library_file";
  std::filesystem::remove(path);
  EXPECT_EQ(library_file(path), (LibraryFile{.path = path}));
  std::ofstream(path) << "one";
  const LibraryFile before = library_file(path);
  EXPECT_EQ(before.size, 3u);
  EXPECT_GT(before.modified_ns, 1'500'000'000'000'000'000);
  EXPECT_EQ(library_file(path), before);
  std::ofstream(path) << "three";
  EXPECT_NE(library_file(path), before);
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace convtune
