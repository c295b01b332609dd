#pragma once

#include <string>

namespace convtune {

/// What of a library opened; `handle` is nullptr where `problem` says why, in one clause.
struct SharedLibrary {
  void* handle = nullptr;
  std::string problem;
};

/// Opens the library of that path, or of that bare name where the system finds it, with local
/// symbols (dlopen with RTLD_NOW and `more` flags). A file that was cut off is refused: used as it
/// is, it would end the program with a bus error. Never throws.
SharedLibrary open_shared_library(const std::string& name, int more = 0);

/// Why the library of that path or bare name is cut off: "PATH is not a whole shared library (4096
/// bytes, its headers speak of 15928)". Empty: it is whole, it is not there, or it is nothing that
/// the loader would take for a library of 64 bits and refuses without harm.
std::string why_not_whole(const std::string& name);

/// The path of the file by which `handle` was opened; empty if it is not known.
std::string path_of_library(void* handle);

}  // namespace convtune
