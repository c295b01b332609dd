# Install rules: library, headers, CMake package, program and modules.

if(NOT CONVTUNE_INSTALL)
  return()
endif()
include(CMakePackageConfigHelpers)

install(TARGETS convtune convtune_module EXPORT convtune-targets
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY src/include/convtune src/api/include/convtune
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp" PATTERN "*.h")

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/convtune)
install(EXPORT convtune-targets NAMESPACE convtune:: FILE convtune-targets.cmake
        DESTINATION ${package_folder})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/convtune-config.cmake.in
  ${PROJECT_BINARY_DIR}/convtune-config.cmake INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/convtune-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/convtune-config.cmake
              ${PROJECT_BINARY_DIR}/convtune-config-version.cmake
        DESTINATION ${package_folder})

foreach(module IN ITEMS convtune_onednn convtune_cuda)
  if(TARGET ${module})
    install(TARGETS ${module} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/convtune)
  endif()
endforeach()
if(CONVTUNE_PROGRAM)
  install(TARGETS convtune_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  # Completion and the manual page.
  install(DIRECTORY ${PROJECT_BINARY_DIR}/share/ DESTINATION ${CMAKE_INSTALL_DATADIR} OPTIONAL)
endif()
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
