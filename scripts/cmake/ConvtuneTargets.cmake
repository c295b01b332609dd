# How every target of the project is built: C++20, warnings, sanitizers, position independent.
# Variables set here stay inside this project.

include(GNUInstallDirs)
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_package(Threads REQUIRED)
find_package(OpenMP REQUIRED COMPONENTS CXX)

add_library(convtune_flags INTERFACE)
# GCC 12 sees overlaps in "x" + std::string that are not there, and -Wextra asks designated
# initializers to name members that have no default.
set(warnings -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wno-missing-field-initializers
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> $<$<BOOL:${CONVTUNE_WERROR}>:-Werror>)
target_compile_options(convtune_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:${warnings}>)
if(CONVTUNE_SANITIZE STREQUAL "thread")
  set(sanitizers -fsanitize=thread)
elseif(CONVTUNE_SANITIZE)
  set(sanitizers -fsanitize=address,undefined)
  target_compile_options(convtune_flags INTERFACE
                         $<$<COMPILE_LANGUAGE:CXX>:-fno-sanitize-recover=undefined>)
endif()
if(CONVTUNE_SANITIZE)
  target_compile_options(convtune_flags INTERFACE
                         $<$<COMPILE_LANGUAGE:CXX>:${sanitizers} -fno-omit-frame-pointer>)
  target_link_options(convtune_flags INTERFACE ${sanitizers})
endif()

# convtune_room(NAME SOURCES ... [INCLUDE DIR] [LINK TARGETS ...] [PRIVATE TARGETS ...])
# A room is a static library that sees its own include root and those of the rooms in LINK.
function(convtune_room name)
  cmake_parse_arguments(room "" "INCLUDE" "SOURCES;LINK;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${room_SOURCES})
  if(room_INCLUDE)
    target_include_directories(${name} PUBLIC
      $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/${room_INCLUDE}>)
  endif()
  target_link_libraries(${name} PUBLIC ${room_LINK} PRIVATE ${room_PRIVATE} convtune_flags)
endfunction()
