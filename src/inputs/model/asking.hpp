#pragma once

#include <set>
#include <string>

#include "model/apart.hpp"

namespace convtune {

/// What libonnx may be asked about, and who hears of it: some models end the process that asks.
struct Asking {
  bool allowed = true;
  std::set<std::string> except = {};  ///< operators that it did not survive
  Tell tell = [](std::string_view) {};

  bool may_ask(const std::string& op) const { return allowed && !except.contains(op); }
};

}  // namespace convtune
