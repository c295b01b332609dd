#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <convtune/device.hpp>
#include <convtune/environment.hpp>

namespace convtune {

/// One library in use: versions of the header we were built with and of what is loaded.
struct LibraryVersion {
  std::string name;     ///< "oneDNN"
  std::string header;   ///< empty: no header was used
  std::string runtime;  ///< empty: not loaded, or a part
  std::string path;     ///< of the loaded file
};

/// What a group of implementations shares: the libraries that they need, opened on first use.
class Backend {
 public:
  virtual ~Backend() = default;

  virtual std::string_view name() const = 0;  ///< "cpu", "blas", "onednn"

  /// Opens what the backend needs, once; afterwards the same answer at once. Empty: usable.
  /// Otherwise one sentence saying what is missing and what to install. Never throws.
  virtual std::string unavailable() const = 0;

  /// Versions of what was opened; opens it first.
  virtual std::vector<LibraryVersion> libraries() const = 0;

  /// The backend's own part of Environment::identity for `device`: versions, code path.
  virtual std::map<std::string, std::string> identity(const Device& device) const = 0;
};

}  // namespace convtune
