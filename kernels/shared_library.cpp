// Shared libraries as the loader maps them: what its headers promise and the file does not hold is
// found out at the first access, by a signal. So the headers are read before anything is mapped.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string_view>
#include <vector>

#include <dlfcn.h>
#include <elf.h>
#include <link.h>

#include <kernels/shared_library.hpp>

namespace convtune {
namespace {

namespace fs = std::filesystem;

// Where a part of the file ends; spoilt headers do not make it wrap around.
std::uint64_t end_of(std::uint64_t offset, std::uint64_t bytes) {
  const std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  return bytes > most - offset ? most : offset + bytes;
}

// As many of them as the file holds from there.
template <class Header>
std::vector<Header> headers_at(std::ifstream& file, std::uint64_t offset, std::size_t count) {
  std::vector<Header> headers(count);
  file.clear();
  file.seekg(static_cast<std::streamoff>(offset));
  file.read(reinterpret_cast<char*>(headers.data()),
            static_cast<std::streamsize>(count * sizeof(Header)));
  headers.resize(file ? count : static_cast<std::size_t>(file.gcount()) / sizeof(Header));
  return headers;
}

bool is_library_of_64_bits(std::ifstream& file) {
  const auto mark = headers_at<unsigned char>(file, 0, EI_CLASS + 1);
  constexpr std::size_t magic = EI_CLASS;  // bytes, in front of the class
  return mark.size() >= magic && std::memcmp(mark.data(), ELFMAG, magic) == 0 &&
         (mark.size() == magic || mark[EI_CLASS] == ELFCLASS64);
}

// How long a file with these headers must be.
std::uint64_t promised_bytes(std::ifstream& file, std::uint64_t there) {
  const auto headers = headers_at<Elf64_Ehdr>(file, 0, 1);
  if (headers.empty()) return sizeof(Elf64_Ehdr);
  const Elf64_Ehdr& elf = headers.front();
  std::uint64_t promised = sizeof(Elf64_Ehdr);
  promised = std::max(
      promised, end_of(elf.e_shoff, std::uint64_t{elf.e_shnum} * std::uint64_t{elf.e_shentsize}));
  const std::uint64_t table =
      end_of(elf.e_phoff, std::uint64_t{elf.e_phnum} * std::uint64_t{sizeof(Elf64_Phdr)});
  promised = std::max(promised, table);
  if (table > there) return promised;
  for (const Elf64_Phdr& segment : headers_at<Elf64_Phdr>(file, elf.e_phoff, elf.e_phnum))
    promised = std::max(promised, end_of(segment.p_offset, segment.p_filesz));
  return promised;
}

// The file that the loader takes for a bare name, where one of its folders has it: those of
// LD_LIBRARY_PATH, then the system's. What its cache alone knows is not found here.
std::string found_as(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  void* const program = dlopen(nullptr, RTLD_LAZY);
  Dl_serinfo size{};
  if (program == nullptr || dlinfo(program, RTLD_DI_SERINFOSIZE, &size) != 0) return name;
  // One of them with the texts of its folders behind it.
  std::vector<Dl_serinfo> memory(size.dls_size / sizeof(Dl_serinfo) + 1, size);
  if (dlinfo(program, RTLD_DI_SERINFO, memory.data()) != 0) return name;
  const Dl_serpath* const folders = memory.front().dls_serpath;
  for (unsigned i = 0; i < size.dls_cnt; ++i) {
    const fs::path file = fs::path(folders[i].dls_name) / name;
    std::error_code ignored;
    if (fs::exists(file, ignored)) return file.string();
  }
  return name;
}

}  // namespace

std::string why_not_whole(const std::string& name) {
  const std::string path = found_as(name);
  std::error_code failed;
  const std::uint64_t there = fs::file_size(path, failed);
  if (failed) return {};
  std::ifstream file(path, std::ios::binary);
  if (!file || !is_library_of_64_bits(file)) return {};
  const std::uint64_t promised = promised_bytes(file, there);
  if (promised <= there) return {};
  return path + " is not a whole shared library (" + std::to_string(there) +
         " bytes, its headers speak of " + std::to_string(promised) + ")";
}

SharedLibrary open_shared_library(const std::string& name, int more) {
  if (std::string cut = why_not_whole(name); !cut.empty()) return {.problem = std::move(cut)};
  void* const handle = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL | more);
  if (handle != nullptr) return {.handle = handle, .problem = {}};
  const char* const said = dlerror();
  return {.problem = said != nullptr ? said : name + " cannot be opened"};
}

std::string path_of_library(void* handle) {
  link_map* map = nullptr;
  if (handle == nullptr || dlinfo(handle, RTLD_DI_LINKMAP, static_cast<void*>(&map)) != 0)
    return {};
  return map->l_name;
}

}  // namespace convtune
