# The library that others use: every room in one shared object. Its symbols are namespace convtune
# and nothing else, so that its SQLite and JSON code cannot meet the caller's.

set(rooms convtune_core convtune_kernels convtune_tuner convtune_db convtune_api)
list(TRANSFORM rooms REPLACE "(.+)" "$<TARGET_OBJECTS:\\1>" OUTPUT_VARIABLE objects)

add_library(convtune SHARED ${objects})
add_library(convtune::convtune ALIAS convtune)
target_link_libraries(convtune PRIVATE ${rooms} convtune_flags)
target_link_options(convtune PRIVATE
  -Wl,--version-script=${CMAKE_CURRENT_LIST_DIR}/convtune.map -Wl,--no-undefined-version)
set_target_properties(convtune PROPERTIES
  LINKER_LANGUAGE CXX
  LINK_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/convtune.map
  VERSION ${PROJECT_VERSION}
  SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
target_compile_features(convtune INTERFACE cxx_std_20)
target_include_directories(convtune INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src/include>
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src/api/include>
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)

# What a module of somebody else links: core, so that the module carries what it uses of it, and the
# headers. Their version is written in one of them.
file(STRINGS ${PROJECT_SOURCE_DIR}/src/include/convtune/module.hpp header_version
     REGEX "header_version = \"${PROJECT_VERSION}\"")
if(NOT header_version)
  message(FATAL_ERROR "header_version in src/include/convtune/module.hpp is not ${PROJECT_VERSION}")
endif()
add_library(convtune_module STATIC $<TARGET_OBJECTS:convtune_core>)
add_library(convtune::module ALIAS convtune_module)
target_link_options(convtune_module INTERFACE -Wl,--exclude-libs,ALL)
target_compile_features(convtune_module INTERFACE cxx_std_20)
target_include_directories(convtune_module INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src/include>
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
set_target_properties(convtune_module PROPERTIES EXPORT_NAME module LINKER_LANGUAGE CXX)

# What a user of the program needs; tests and benchmarks stay out.
if(CONVTUNE_PROGRAM)
  add_custom_target(convtune_program DEPENDS convtune_cli)
endif()
foreach(module IN ITEMS convtune_onednn convtune_cuda)
  if(TARGET ${module})
    add_dependencies(convtune ${module})
    if(CONVTUNE_PROGRAM)
      add_dependencies(convtune_program ${module})
    endif()
  endif()
endforeach()
