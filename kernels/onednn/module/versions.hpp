#pragma once

#include <string>

namespace convtune::onednn {

/// Why a library does not go with the headers that we were built with; empty if it does. They must
/// be equal: kernels and their names change with every version, and nobody tested the mixture.
inline std::string version_objection(const std::string& header, const std::string& library,
                                     const std::string& path) {
  if (header == library) return {};
  return "convtune was built with the headers of oneDNN " + header + ", but the library at " +
         path + " is " + library +
         ": rebuild convtune, or install the library that it was built with.";
}

}  // namespace convtune::onednn
