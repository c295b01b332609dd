#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <convtune/backend.hpp>
#include <convtune/implementation.hpp>

namespace convtune {

/// Grows with every change of what modules and program share: this header, Implementation, Plan,
/// Backend and the values in their signatures.
inline constexpr int module_interface = 2;

/// What a module gives: a shared object of implementations that need a vendor's library. The first
/// member is read alone before anything else is touched.
struct Module {
  int interface = module_interface;
  const Backend* backend = nullptr;
  const Implementation* const* implementations = nullptr;
  std::size_t implementation_count = 0;

  /// Nullptr if there is none of that name.
  const Implementation* find(std::string_view name) const;
};

/// The one symbol of a module: extern "C" const convtune::Module* convtune_module(). Called once;
/// what it returns lives as long as the process.
using ModuleEntry = const Module* (*)();
inline constexpr const char* module_entry = "convtune_module";

/// A module as it was found when first asked for.
struct OpenedModule {
  const Module* module = nullptr;  ///< nullptr: not usable
  std::string path;                ///< of the file that was opened
  std::string problem;             ///< why it is not usable: one sentence
};

/// Opens `name`.so with local symbols. Looked for in $CONVTUNE_MODULE_DIR alone if that is set,
/// then in lib/convtune beside the file that this code was loaded from and up to two folders above
/// it, then where it was installed. `vendor_symbol`: a function of the vendor's library by which to
/// see that the program already carries it; the module then keeps to its own. Never throws for a
/// module that is missing or broken.
OpenedModule open_module(const std::string& name, const char* vendor_symbol);

}  // namespace convtune
