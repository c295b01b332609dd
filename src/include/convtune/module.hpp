#pragma once

#include <cstddef>
#include <string_view>

#include <convtune/accelerator.hpp>
#include <convtune/backend.hpp>
#include <convtune/implementation.hpp>

namespace convtune {

/// Grows with every change of what modules and program share: this header, Implementation, Plan,
/// Backend and the values in their signatures.
inline constexpr int module_interface = 7;

/// Of the headers that this file is one of.
inline constexpr const char* header_version = "0.1.0";

/// What a module gives: a shared object of implementations that the program opens at run time. The
/// first member is read alone before anything else is touched.
struct Module {
  int interface = module_interface;
  const char* headers = header_version;  ///< what it was compiled against
  const char* version = "";              ///< its own, for people; must not be empty outside of us
  const Backend* backend = nullptr;      ///< that every one of its implementations names
  const Implementation* const* implementations = nullptr;
  std::size_t implementation_count = 0;
  const Module* next = nullptr;  ///< of the same file, with a backend of its own; ours only
  /// What its candidates run on, other than the CPU; ours only.
  const Accelerators* accelerators = nullptr;

  /// Nullptr if there is none of that name.
  const Implementation* find(std::string_view name) const {
    for (std::size_t i = 0; i < implementation_count; ++i)
      if (implementations[i]->name() == name) return implementations[i];
    return nullptr;
  }

  /// The one of the file with that backend; nullptr if there is none.
  const Module* with_backend(std::string_view name) const {
    for (const Module* each = this; each != nullptr; each = each->next)
      if (each->backend->name() == name) return each;
    return nullptr;
  }
};

/// The one symbol of a module: CONVTUNE_MODULE_ENTRY const convtune::Module* convtune_module().
/// Called once; what it returns lives as long as the process.
using ModuleEntry = const Module* (*)();
inline constexpr const char* module_entry = "convtune_module";

}  // namespace convtune

/// In front of the definition of convtune_module.
#define CONVTUNE_MODULE_ENTRY extern "C" __attribute__((visibility("default")))
