# convtune_embed(OUT FOLDER ENDING HEADER TYPE FUNCTION): writes a source that defines FUNCTION, a
# span of TYPE{name, content} over the files FOLDER/*.ENDING by name, as HEADER declares it.
function(convtune_embed out folder ending header type function)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.${ending})
  list(SORT files)
  set(entries "")
  foreach(file IN LISTS files)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    cmake_path(GET file STEM name)
    file(READ ${file} content)
    string(APPEND entries "    {\"${name}\", R\"embedded(${content})embedded\"},\n")
  endforeach()
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${function}.cpp)
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT [[
// Written by the build from the files under @folder@/.
#include "@header@"

namespace convtune {
namespace {
constexpr @type@ files[] = {
@entries@};
}

std::span<const @type@> @function@() { return files; }

}  // namespace convtune
]])
  set(${out} ${source} PARENT_SCOPE)
endfunction()
