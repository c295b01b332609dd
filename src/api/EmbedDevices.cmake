# embed_devices(OUT): writes a source that holds every file under devices/ as a string.
function(embed_devices out)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/devices/*.json)
  list(SORT files)
  set(entries "")
  foreach(file IN LISTS files)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    cmake_path(GET file STEM name)
    file(READ ${file} content)
    string(APPEND entries "    {\"${name}\", R\"json(${content})json\"},\n")
  endforeach()
  set(source ${CMAKE_CURRENT_BINARY_DIR}/device_files.cpp)
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT [[
// Written by the build from the files under src/api/devices.
#include "described_gpus.hpp"

namespace convtune {
namespace {
constexpr DeviceFile files[] = {
@entries@};
}

std::span<const DeviceFile> device_files() { return files; }

}  // namespace convtune
]])
  set(${out} ${source} PARENT_SCOPE)
endfunction()
