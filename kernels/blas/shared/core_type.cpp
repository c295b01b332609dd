#include "core_type.hpp"

#include <algorithm>
#include <array>

namespace convtune::blas {
namespace {

// By the vectors of their kernels, as in the list of dynamic targets of OpenBLAS 0.3; those of the
// three for AVX-512 differ in bf16 only.
constexpr auto narrow = std::to_array<std::string_view>(
    {"Prescott", "Core2", "Penryn", "Dunnington", "Nehalem", "Atom", "Athlon", "Opteron",
     "Opteron(SSE3)", "Barcelona", "Bobcat", "Nano", "Sandybridge", "Bulldozer", "Piledriver"});
constexpr auto avx2 =
    std::to_array<std::string_view>({"Haswell", "Zen", "Steamroller", "Excavator"});

bool is_in(const auto& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

std::string_view wider_core_type(std::string_view detected, Isa isa) {
  if (isa >= Isa::avx512 && (is_in(avx2, detected) || is_in(narrow, detected))) return "SkylakeX";
  if (isa >= Isa::avx2 && is_in(narrow, detected)) return "Haswell";
  return {};
}

}  // namespace convtune::blas
