#pragma once

#include <string>

#include <kernels/module.hpp>

namespace convtune::onednn {

/// The module with oneDNN, opened on first use.
struct Library {
  const Module* module = nullptr;  ///< nullptr: not usable
  std::string problem;             ///< why, and what to do; empty if it is usable
};
const Library& library();

}  // namespace convtune::onednn
