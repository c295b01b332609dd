#pragma once

#include <span>
#include <string>

#include <convtune/module.hpp>

namespace convtune {

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

/// Opens the module in `file` with local symbols.
OpenedModule open_module_file(const std::string& file);

/// Why the module in `path` is not of the build that has these `faces` for what it does: it lacks
/// one of its backend, or has another revision of it, whose times would be taken for those of the
/// face. One sentence; empty: they go together.
std::string misfit(const Module& module, const std::string& path,
                   std::span<const Implementation* const> faces);

}  // namespace convtune
