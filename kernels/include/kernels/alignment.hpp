#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <convtune/implementation.hpp>

namespace convtune {

/// What tensors are aligned to, bytes, unless a caller has them otherwise.
inline constexpr std::size_t usual_alignment = 16;

/// Tag of candidates that take tensors of that alignment only. The others take every tensor that is
/// aligned to its elements.
inline constexpr std::string_view aligned_tag = "aligned";

inline bool aligned(const void* memory, std::size_t bytes) {
  return reinterpret_cast<std::uintptr_t>(memory) % bytes == 0;
}

/// True if all tensors are of the usual alignment; one that is not there is.
inline bool usually_aligned(const Buffers& buffers) {
  return std::ranges::all_of(
      std::array<const void*, 4>{buffers.source, buffers.filter, buffers.destination, buffers.bias},
      [](const void* tensor) { return aligned(tensor, usual_alignment); });
}

}  // namespace convtune
