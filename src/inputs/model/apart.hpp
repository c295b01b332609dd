#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace convtune {

/// What a piece of work may take.
struct Allowance {
  std::size_t memory_bytes = std::size_t{2} << 30;  ///< beyond what this process holds already
  std::chrono::seconds computing{60};
  std::chrono::seconds waiting{300};
};

/// Notes what the work is busy with, for whoever outlives it; at most 500 bytes are kept.
using Tell = std::function<void(std::string_view)>;

/// How a piece of work ended.
struct ApartEnding {
  std::optional<std::string> answer;
  std::string fault;  ///< without an answer: what it ended in, as in "it ended in an abort"
  std::string told;   ///< what it told last
};

/// Does `work` in a copy of this process, so that it may crash, hang or swallow memory. The copy
/// has only the calling thread: `work` must not wait for others. What it throws is a fault; what it
/// prints is lost. Throws Error(environment) where there can be no copy.
ApartEnding apart(const std::function<std::string(const Tell&)>& work,
                  const Allowance& allowance = {});

}  // namespace convtune
