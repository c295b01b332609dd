# embed_shapes(OUT SOURCE): writes a source that holds every file under shapes/ as a string.
function(embed_shapes out)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/shapes/*.txt)
  list(SORT files)
  set(entries "")
  foreach(file IN LISTS files)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    cmake_path(GET file STEM name)
    file(READ ${file} content)
    string(APPEND entries "    {\"${name}\", R\"shapes(${content})shapes\"},\n")
  endforeach()
  set(source ${CMAKE_CURRENT_BINARY_DIR}/shape_files.cpp)
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT [[
// Written by the build from the files under src/core/shapes.
#include "shape_sets.hpp"

namespace convtune {
namespace {
constexpr ShapeFile files[] = {
@entries@};
}

std::span<const ShapeFile> shape_files() { return files; }

}  // namespace convtune
]])
  set(${out} ${source} PARENT_SCOPE)
endfunction()
