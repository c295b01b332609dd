#include <convtune/implementation.hpp>

#include "names.hpp"

namespace convtune {
namespace {
constexpr std::string_view precision_names[] = {"strict", "tf32", "downconvert"};
}

std::string_view name(Precision precision) {
  return precision_names[index(precision)];
}

std::optional<Precision> precision(std::string_view name) {
  return named<Precision>(precision_names, name);
}

std::string text(const Candidate& candidate) {
  if (candidate.configuration.empty()) return candidate.implementation;
  return candidate.implementation + "/" + candidate.configuration;
}

}  // namespace convtune
