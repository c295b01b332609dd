#pragma once

#include <string>
#include <vector>

#include <cudnn_graph.h>

namespace convtune::cudnn {

/// The functions of cuDNN's graph interface that we call, as the opened library has them.
struct Functions {
  decltype(&cudnnGetVersion) version = nullptr;
  decltype(&cudnnGetCudartVersion) cudart_version = nullptr;
  decltype(&cudnnGetErrorString) error_string = nullptr;
  decltype(&cudnnBackendCreateDescriptor) create_descriptor = nullptr;
  decltype(&cudnnBackendDestroyDescriptor) destroy_descriptor = nullptr;
  decltype(&cudnnBackendSetAttribute) set_attribute = nullptr;
  decltype(&cudnnBackendGetAttribute) get_attribute = nullptr;
  decltype(&cudnnBackendFinalize) finalize = nullptr;
  decltype(&cudnnSetCallback) set_callback = nullptr;
  decltype(&cudnnCreate) create = nullptr;
  decltype(&cudnnDestroy) destroy = nullptr;
  decltype(&cudnnSetStream) set_stream = nullptr;
  decltype(&cudnnBackendExecute) execute = nullptr;
};

struct Library {
  Functions call;
  std::string problem;             ///< why it is not usable, one sentence; empty: it is
  std::string path;                ///< of the file that was opened
  std::vector<std::string> parts;  ///< all the files that it consists of
};

/// NVIDIA's driver, by the name under which it is opened.
inline constexpr const char* driver_name = "libcuda.so.1";

/// cuDNN, opened when first asked for: the file or folder in $CONVTUNE_CUDNN_LIBRARY, else the one
/// that we were built with, else what the system finds. Needs neither a GPU nor a driver.
const Library& library();

/// What the library said on this thread of why its last call failed or was refused, the innermost
/// reason; empty if it said nothing. Forgotten by asking.
std::string take_reason();

std::string header_version();   ///< "9.19.0"
std::string runtime_version();  ///< the same of what is loaded; empty: nothing is

}  // namespace convtune::cudnn
