#pragma once

#include <span>
#include <string_view>

#include <convtune/problem_list.hpp>

namespace convtune {

/// One file under shapes/, by its name without ending.
struct ShapeFile {
  std::string_view name, content;
};

/// Sorted by name. Defined in a source that the build writes.
std::span<const ShapeFile> shape_files();

}  // namespace convtune
