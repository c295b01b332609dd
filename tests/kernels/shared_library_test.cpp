// What was cut off is refused before the loader maps it.
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <elf.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <kernels/outside.hpp>
#include <kernels/shared_library.hpp>

namespace convtune {
namespace {

namespace fs = std::filesystem;

const std::string whole_file = CONVTUNE_TEST_MODULES "/other.so";

class CutOff : public testing::Test {
 protected:
  CutOff() {
    std::string name = (fs::temp_directory_path() / "convtune-library-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    std::ifstream file(whole_file, std::ios::binary);
    content_.assign(std::istreambuf_iterator<char>(file), {});
  }
  ~CutOff() override { fs::remove_all(folder_); }

  std::string path() const { return (folder_ / "cut.so").string(); }
  void write(const std::string& content) const {
    std::ofstream(path(), std::ios::binary) << content;
  }
  void write_header(const auto& change) const {
    Elf64_Ehdr header;
    std::memcpy(&header, content_.data(), sizeof header);
    change(header);
    write(std::string(reinterpret_cast<const char*>(&header), sizeof header) +
          content_.substr(sizeof header));
  }

  fs::path folder_;
  std::string content_;
};

TEST_F(CutOff, IsNotWhatIsWhole) {
  EXPECT_EQ(why_not_whole(whole_file), "");
  const SharedLibrary opened = open_shared_library(whole_file);
  EXPECT_NE(opened.handle, nullptr);
  EXPECT_EQ(opened.problem, "");
  EXPECT_EQ(path_of_library(opened.handle), whole_file);
}

TEST_F(CutOff, IsRefusedWhereverItEnds) {
  write(content_);
  for (std::size_t bytes = content_.size(); bytes-- > 0;) {
    fs::resize_file(path(), bytes);
    const SharedLibrary opened = open_shared_library(path());
    ASSERT_EQ(opened.handle, nullptr) << bytes;
    ASSERT_NE(opened.problem, "") << bytes;
    if (bytes >= SELFMAG) {
      ASSERT_EQ(opened.problem.find(path() + " is not a whole shared library (" +
                                    std::to_string(bytes) + " bytes, its headers speak of "),
                0U)
          << opened.problem;
    }
  }
}

TEST_F(CutOff, SaysHowLongItWas) {
  write(content_.substr(0, content_.size() - 1));
  EXPECT_EQ(why_not_whole(path()),
            path() + " is not a whole shared library (" + std::to_string(content_.size() - 1) +
                " bytes, its headers speak of " + std::to_string(content_.size()) + ")");
}

TEST_F(CutOff, IsWhatSpoiltHeadersSpeakOf) {
  write_header([](Elf64_Ehdr& header) { header.e_phoff = ~Elf64_Off{0}; });
  EXPECT_NE(why_not_whole(path()), "");
  write_header([](Elf64_Ehdr& header) { header.e_shoff = ~Elf64_Off{7}; });
  EXPECT_NE(why_not_whole(path()), "");
  write_header([](Elf64_Ehdr& header) { header.e_phnum = PN_XNUM; });
  EXPECT_NE(why_not_whole(path()), "");
}

TEST_F(CutOff, ASegmentMustLieInTheFileAsItsHeaderDoes) {
  Elf64_Ehdr header;
  std::memcpy(&header, content_.data(), sizeof header);
  for (std::size_t i = 0; i < header.e_phnum; ++i) {
    std::string spoilt = content_;
    Elf64_Phdr segment;
    char* const place = spoilt.data() + header.e_phoff + i * sizeof segment;
    std::memcpy(&segment, place, sizeof segment);
    segment.p_filesz = ~Elf64_Xword{0};
    std::memcpy(place, &segment, sizeof segment);
    write(spoilt);
    EXPECT_NE(why_not_whole(path()), "") << i;
    EXPECT_EQ(open_shared_library(path()).handle, nullptr) << i;
  }
}

TEST_F(CutOff, IsLeftToTheLoaderWhereItIsNoLibrary) {
  write("This is somebody else's file, and as long as the header of a library would have been.");
  EXPECT_EQ(why_not_whole(path()), "");
  EXPECT_NE(open_shared_library(path()).problem.find("invalid ELF header"), std::string::npos);
  EXPECT_EQ(why_not_whole("/nowhere/at_all.so"), "");
  EXPECT_NE(open_shared_library("libnowhere_at_all.so.1").problem, "");
  EXPECT_EQ(open_shared_library(folder_.string()).handle, nullptr);
}

TEST_F(CutOff, IsFoundByABareNameToo) {
  EXPECT_EQ(why_not_whole("libc.so.6"), "");
  const SharedLibrary c = open_shared_library("libc.so.6");
  EXPECT_NE(c.handle, nullptr) << c.problem;
}

TEST_F(CutOff, ModulesAreNotUsed) {
  write(content_.substr(0, content_.size() / 2));
  const auto opened = open_outside_modules(path());
  ASSERT_EQ(opened.size(), 1U);
  EXPECT_NE(opened[0].problem.find("is not a whole shared library"), std::string::npos)
      << opened[0].problem;
}

}  // namespace
}  // namespace convtune
