# Writes OUTPUT, a C++ file that holds the migrations of DIRECTORY in order.
file(GLOB files LIST_DIRECTORIES false "${DIRECTORY}/*.sql")
list(SORT files)
set(version 0)
set(entries "")
foreach(file IN LISTS files)
  math(EXPR version "${version} + 1")
  cmake_path(GET file FILENAME name)
  string(REGEX MATCH "^0*([0-9]+)_" number "${name}")
  if(NOT CMAKE_MATCH_1 EQUAL version)
    message(FATAL_ERROR "${name} should be migration ${version}: numbers start at 001 without gaps")
  endif()
  file(READ "${file}" text)
  string(APPEND entries "    R\"sql(${text})sql\",\n")
endforeach()
file(WRITE "${OUTPUT}" "#include \"migrate.hpp\"

namespace convtune::db {

std::span<const std::string_view> migrations() {
  static constexpr std::string_view texts[] = {
${entries}  };
  return texts;
}

}  // namespace convtune::db
")
