#include <convtune/choice.hpp>

#include "names.hpp"

namespace convtune {
namespace {
constexpr std::string_view provenance_names[] = {"exact",     "class",     "stale",  "near",
                                                 "predicted", "heuristic", "default"};
constexpr std::string_view confidence_names[] = {"clear", "tie", "unresolved", "budget", "none"};
}  // namespace

std::string_view name(Provenance provenance) {
  return provenance_names[index(provenance)];
}
std::string_view name(Confidence confidence) {
  return confidence_names[index(confidence)];
}

}  // namespace convtune
