#include <convtune/store.hpp>

#include "names.hpp"

namespace convtune {
namespace {
constexpr std::string_view origin_names[] = {"hand", "crashed", "wrong"};
}

std::string_view name(DenialOrigin origin) {
  return origin_names[index(origin)];
}

std::optional<DenialOrigin> denial_origin(std::string_view name) {
  return named<DenialOrigin>(origin_names, name);
}

}  // namespace convtune
