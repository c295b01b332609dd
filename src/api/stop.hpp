#pragma once

#include <functional>

#include <convtune/error.hpp>

namespace convtune {

/// Throws Error(interrupted) when `stop` says so. For work of which a part is worth nothing.
inline void stop_if_asked(const std::function<bool()>& stop) {
  if (stop && stop()) throw Error(ErrorCode::interrupted, "Interrupted; nothing was remembered.");
}

}  // namespace convtune
