#include "text_file.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <convtune/error.hpp>

namespace convtune {
namespace {
constexpr std::size_t most_text = std::size_t{64} << 20;
constexpr std::size_t most_binary = (std::size_t{2} << 30) - 1;  // as much as protobuf takes
}  // namespace

std::string read_text_file(const std::string& path, bool regular) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status))
    throw Error(ErrorCode::bad_input, "there is no file '" + path + "'");
  if (std::filesystem::is_directory(status))
    throw Error(ErrorCode::bad_input, "'" + path + "' is a folder");
  if (regular && !std::filesystem::is_regular_file(status))
    throw Error(ErrorCode::bad_input, "'" + path + "' is not a plain file");
  std::ifstream in(path, std::ios::binary);
  if (!in) throw Error(ErrorCode::bad_input, "'" + path + "' cannot be read");
  return read_text(in, path);
}

std::string read_text(std::istream& in, const std::string& name) {
  std::string content;
  char block[1 << 16];
  bool binary = false;
  while (in.read(block, sizeof block), in.gcount() > 0) {
    const auto read = static_cast<std::size_t>(in.gcount());
    if (content.empty()) binary = std::find(block, block + read, '\0') != block + read;
    content.append(block, read);
    if (content.size() > (binary ? most_binary : most_text))
      throw Error(ErrorCode::bad_input,
                  "'" + name + "' holds more than " + (binary ? "2 GiB" : "64 MiB"));
  }
  return content;
}

}  // namespace convtune
