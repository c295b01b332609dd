#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include <convtune/backend.hpp>
#include <convtune/implementation.hpp>

namespace convtune {

/// A third party's module.
struct OutsideModule {
  std::string path;     ///< of its file
  std::string problem;  ///< why nothing of it is used: one sentence; empty: all of it is
  std::shared_ptr<const Backend> backend;
  std::vector<const Implementation*> implementations;
  std::vector<std::string> names;  ///< in the list, that lead to it: itself or its folder
};

/// Opens the modules that `names` lists, in its order: files and folders with files *.so, separated
/// by colons; a file that is named twice is taken once. Never throws for a module that is missing
/// or broken.
std::vector<OutsideModule> open_outside_modules(const std::string& names);

/// Those of $CONVTUNE_MODULES, opened by the first call.
std::span<const OutsideModule> outside_modules();

}  // namespace convtune
