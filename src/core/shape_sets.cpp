// The shape sets under shapes/, which the build compiles in.
#include "shape_sets.hpp"

#include <algorithm>
#include <array>

namespace convtune {
namespace {

struct Alias {
  std::string_view written, set;
};

/// The names that benchdnn's own lists have.
constexpr Alias aliases[] = {
    {"resnet_50", "resnet50"},     {"vgg_19", "vgg19"},   {"googlenet_v1", "googlenet"},
    {"resnext_101", "resnext101"}, {"3d_unet", "unet3d"}, {"3d_i3d", "i3d"},
    {"1d_wavenet", "wavenet"},
};

/// The first comment line says what the set is.
std::string_view summary(std::string_view content) {
  content.remove_prefix(std::min(content.find_first_not_of("# "), content.size()));
  return content.substr(0, content.find('\n'));
}

}  // namespace

std::vector<ShapeSet> shape_sets() {
  std::vector<ShapeSet> sets;
  for (const ShapeFile& file : shape_files())
    sets.push_back({.name = file.name, .summary = summary(file.content), .content = file.content});
  return sets;
}

std::optional<ShapeSet> shape_set(std::string_view name) {
  for (const Alias& alias : aliases)
    if (alias.written == name) name = alias.set;
  for (const ShapeSet& set : shape_sets())
    if (set.name == name) return set;
  return std::nullopt;
}

}  // namespace convtune
