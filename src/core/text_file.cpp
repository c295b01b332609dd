#include "text_file.hpp"

#include <filesystem>
#include <fstream>

#include <convtune/error.hpp>

namespace convtune {
namespace {
constexpr std::size_t most_bytes = std::size_t{64} << 20;
}

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
  while (in.read(block, sizeof block), in.gcount() > 0) {
    content.append(block, static_cast<std::size_t>(in.gcount()));
    if (content.size() > most_bytes)
      throw Error(ErrorCode::bad_input, "'" + name + "' holds more than 64 MiB");
  }
  return content;
}

}  // namespace convtune
