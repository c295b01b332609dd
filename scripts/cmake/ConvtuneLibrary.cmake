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

# What a user of the program needs; tests and benchmarks stay out.
if(CONVTUNE_PROGRAM)
  add_custom_target(convtune_program DEPENDS convtune_cli)
  if(TARGET convtune_onednn)
    add_dependencies(convtune_program convtune_onednn)
  endif()
endif()
if(TARGET convtune_onednn)
  add_dependencies(convtune convtune_onednn)
endif()
