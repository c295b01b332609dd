#include "library.hpp"

#include <filesystem>
#include <string_view>
#include <utility>

#include <kernels/shared_library.hpp>

#include "../../cuda/module/vendor_library.hpp"

namespace convtune::cudnn {
namespace {

thread_local std::string reason;

// Of a refusal the library tells a callback alone: lines such as "Warning: CODE; Reason: WORDS",
// the innermost first, each with a zero at its end and one more after the last.
void listen(cudnnSeverity_t, void*, const cudnnDebug_t*, const char* message) {
  constexpr std::string_view before = "; Reason: ", fine = "CUDNN_STATUS_SUCCESS";
  for (std::string_view line(message); !line.empty(); line = line.data() + line.size() + 1) {
    const std::size_t found = line.find(before);
    if (found == std::string_view::npos || line.substr(0, found).ends_with(fine)) continue;
    reason = line.substr(found + before.size());
    return;
  }
}

// With each question to its heuristics cuDNN opens and closes CUDA's run-time compiler: 0.1 GB that
// are mapped and relocated each time, unless somebody keeps it open.
void keep_compiler_open(const Library& opened) {
  namespace fs = std::filesystem;
  const std::size_t toolkit = opened.call.cudart_version() / 1000;
  const std::string file = "libnvrtc.so." + std::to_string(toolkit);
  for (const fs::path& folder :
       {fs::path(opened.path).parent_path(), fs::path(CONVTUNE_CUBLAS_FOLDER)})
    if (std::error_code ignored; fs::exists(folder / file, ignored)) {
      open_shared_library((folder / file).string());
      return;
    }
}

Library open() {
  cuda::VendorLibrary opened({.name = "cuDNN",
                              .file = "libcudnn.so.9",
                              .variable = "CONVTUNE_CUDNN_LIBRARY",
                              .folder = CONVTUNE_CUDNN_FOLDER,
                              .parts = "libcudnn"});
  Library library;
  Functions& call = library.call;
  opened.find("cudnnGetVersion", call.version);
  opened.find("cudnnGetCudartVersion", call.cudart_version);
  opened.find("cudnnGetErrorString", call.error_string);
  opened.find("cudnnBackendCreateDescriptor", call.create_descriptor);
  opened.find("cudnnBackendDestroyDescriptor", call.destroy_descriptor);
  opened.find("cudnnBackendSetAttribute", call.set_attribute);
  opened.find("cudnnBackendGetAttribute", call.get_attribute);
  opened.find("cudnnBackendFinalize", call.finalize);
  opened.find("cudnnSetCallback", call.set_callback);
  opened.find("cudnnCreate", call.create);
  opened.find("cudnnDestroy", call.destroy);
  opened.find("cudnnSetStream", call.set_stream);
  opened.find("cudnnBackendExecute", call.execute);
  library.path = opened.path();
  library.parts = opened.parts();
  library.problem = opened.problem();
  if (library.problem.empty()) library.problem = opened.mismatch(CUDNN_VERSION, call.version());
  if (!library.problem.empty()) return library;
  call.set_callback(CUDNN_SEV_ERROR_EN | CUDNN_SEV_WARNING_EN, nullptr, listen);
  keep_compiler_open(library);
  return library;
}

}  // namespace

const Library& library() {
  static const Library opened = open();
  return opened;
}

std::string take_reason() {
  return std::exchange(reason, {});
}

std::string header_version() {
  return cuda::version_text(CUDNN_VERSION);
}

std::string runtime_version() {
  const Library& opened = library();
  return opened.call.version ? cuda::version_text(opened.call.version()) : "";
}

}  // namespace convtune::cudnn
