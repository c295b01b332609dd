#pragma once

#include <memory>
#include <string>
#include <vector>

#include <convtune/backend.hpp>
#include <convtune/context.hpp>
#include <convtune/implementation.hpp>
#include <convtune/store.hpp>

namespace convtune {

/// One line of the list of implementations as this machine sees it.
struct CatalogueEntry {
  std::string name;
  int revision = 1;
  std::string device;  ///< "cpu", "cuda"
  std::string family;  ///< cudnn, gemm, fft, winograd, direct, alternative, legacy or reference
  Tags tags;
  std::string backend;
  std::string reason;  ///< why it cannot be used here; empty: it can
  std::string summary;
  std::string module = {};  ///< the file of a third party that it comes from; empty: it is ours
};

/// Every implementation in the order of the list, those of modules last. Opens each backend to see
/// whether it is usable.
std::vector<CatalogueEntry> catalogue();

/// Which modules of $CONVTUNE_MODULES are not used, and why: a sentence each.
std::vector<std::string> unused_modules();

/// Why nothing is used of `name`, which $CONVTUNE_MODULES lists: one sentence; empty: something is.
std::string why_unused(const std::string& name);

/// Every tag that a constraint may name, whether or not something carries it here.
std::vector<std::string> tag_names();

/// Every name of a policy; which of them there are depends on the problem.
std::vector<std::string> policy_names();

/// Version of this program: "0.1.0".
std::string program_version();

/// Versions of every library in use; opens the backends. Those that cannot be opened are missing.
std::vector<LibraryVersion> library_versions();

/// The store of `context` for looking at it. Throws Error(environment) when there is none or it
/// cannot be read; changes nothing.
std::unique_ptr<const Store> open_store(const Context& context);

}  // namespace convtune
