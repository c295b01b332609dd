# What can be chosen at configure time. Inside another project only the library is built.

find_package(GTest QUIET)
if(PROJECT_IS_TOP_LEVEL AND GTest_FOUND)
  set(tests_by_default ON)
else()
  set(tests_by_default OFF)
endif()

option(CONVTUNE_PROGRAM "Build the program" ${PROJECT_IS_TOP_LEVEL})
option(CONVTUNE_TESTS "Build the tests (by default where GoogleTest is installed)"
       ${tests_by_default})
option(CONVTUNE_BENCHMARKS "Build the benchmarks of tests/bench" OFF)
option(CONVTUNE_FUZZ "Build the fuzz harnesses (Clang only)" OFF)
option(CONVTUNE_INSTALL "Make install rules" ${PROJECT_IS_TOP_LEVEL})
option(CONVTUNE_WERROR "Treat warnings as errors" OFF)
set(CONVTUNE_SANITIZE OFF CACHE STRING
    "OFF, ON (address and undefined behaviour) or thread")
set_property(CACHE CONVTUNE_SANITIZE PROPERTY STRINGS OFF ON thread)
set(CONVTUNE_ONEDNN AUTO CACHE STRING "Build the oneDNN module: AUTO, ON or OFF")
set_property(CACHE CONVTUNE_ONEDNN PROPERTY STRINGS AUTO ON OFF)
set(CONVTUNE_CUDA AUTO CACHE STRING "Build the CUDA module: AUTO, ON or OFF")
set_property(CACHE CONVTUNE_CUDA PROPERTY STRINGS AUTO ON OFF)
set(CONVTUNE_CUDA_ARCHITECTURES 80-real 90-real 100-real 100-virtual CACHE STRING
    "GPU architectures that our own kernels are compiled for, as CMAKE_CUDA_ARCHITECTURES")
set(CUDNN_ROOT "" CACHE PATH "Folder of cuDNN, if it does not lie with the CUDA toolkit")

if(CONVTUNE_TESTS AND NOT CONVTUNE_PROGRAM)
  message(FATAL_ERROR "CONVTUNE_TESTS needs CONVTUNE_PROGRAM: the tests run the program.")
endif()
