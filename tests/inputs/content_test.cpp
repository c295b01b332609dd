#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "listed.hpp"
#include "read.hpp"
#include "temporary_folder.hpp"

namespace convtune {
namespace {

std::string refused(const std::string& argument) {
  try {
    read_source(argument, content_reader());
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

TEST(Content, DecidesWhoReadsAFileNotItsName) {
  const TemporaryFolder folder;
  const auto read_by_content = [](const std::string& path) {
    return read_source(path, content_reader()).problems.size();
  };
  EXPECT_EQ(read_by_content(folder.write("a.onnx", "n1c1i4k1f1\n")), 1u);
  EXPECT_EQ(read_by_content(folder.write("b.onnx", "[\"n1c1i4k1f1\"]")), 1u);
  EXPECT_EQ(read_by_content(folder.write("c.json", "{700, 161, 1, 4, 32, 20, 5, 0, 0, 2, 2}\n")),
            1u);
  if (onnx_library_version().empty()) return;
  EXPECT_EQ(read_by_content(folder.write("d.txt", content_of("mobilenet"))), 2u);
}

TEST(Content, ThatIsGarbageIsOneSentence) {
  const TemporaryFolder folder;
  const std::string garbage =
      folder.write("garbage.onnx", std::string("\x08\x07\0\xFFgarbage", 11));
  EXPECT_EQ(refused(garbage), "'" + garbage + "' is neither an ONNX model nor a text");
  const std::string random = folder.write("random.onnx", "\x9E\x02\xC7Q\x1F\xB0z\x8A\x11");
  EXPECT_EQ(refused(random), "'" + random + "' is neither an ONNX model nor a text");
  const std::string empty = folder.write("empty.onnx", "");
  EXPECT_EQ(refused(empty), "'" + empty + "' holds no problem");
  // A version, and a graph of five bytes of which two are there.
  const std::string cut = folder.write("cut.onnx", std::string("\x08\x07\x3A\x05\x0A\x01", 6));
  if (onnx_library_version().empty()) return;
  EXPECT_EQ(refused(cut),
            "'" + cut + "' is an ONNX model that cannot be read: it ends within a part");
}

/// A part of a message: its field, its length, itself.
std::string part(int field, const std::string& inside) {
  std::string text(1, static_cast<char>(field << 3 | 2));
  std::size_t rest = inside.size();
  for (; rest >= 0x80; rest >>= 7) text += static_cast<char>(0x80 | (rest & 0x7F));
  return text + static_cast<char>(rest) + inside;
}

TEST(Content, ThatIsNestedWithoutEndIsRefused) {
  if (onnx_library_version().empty()) GTEST_SKIP() << "this build has no libonnx";
  std::string type;
  for (int level = 0; level < 50; ++level) type = part(4, part(1, type));
  try {
    (void)content_reader()("\x08\x07" + part(7, part(11, part(2, type))), "input");
    FAIL() << "it was read";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "'input' is an ONNX model that cannot be read: its parts are nested "
                 "more than 100 deep");
  }
}

}  // namespace
}  // namespace convtune
