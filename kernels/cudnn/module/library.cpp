#include "library.hpp"

#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <utility>

#include <dlfcn.h>

namespace convtune::cudnn {
namespace {

namespace fs = std::filesystem;

constexpr const char* file_name = "libcudnn.so.9";
constexpr const char* choice_variable = "CONVTUNE_CUDNN_LIBRARY";

struct Opened {
  void* handle = nullptr;
  std::string problem;
};

Opened open_one(const std::string& file) {
  if (void* const handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL)) return {handle, {}};
  const char* const why = dlerror();
  return {nullptr, why ? why : file + " cannot be opened"};
}

Opened open_file() {
  if (const char* const chosen = std::getenv(choice_variable); chosen && *chosen) {
    std::error_code ignored;
    const fs::path path(chosen);
    Opened opened = open_one(fs::is_directory(path, ignored) ? path / file_name : path);
    if (!opened.handle)
      opened.problem = std::string(choice_variable) + " names what is no cuDNN: " + opened.problem;
    return opened;
  }
  if (Opened opened = open_one(std::string(CONVTUNE_CUDNN_FOLDER) + "/" + file_name); opened.handle)
    return opened;
  Opened opened = open_one(file_name);
  if (!opened.handle)
    opened.problem = "cuDNN 9 was not found (" + opened.problem +
                     "): install cuDNN 9 or name it in " + choice_variable;
  return opened;
}

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

template <typename Function>
void find(void* handle, const char* name, Function& function, std::string& missing) {
  function = reinterpret_cast<Function>(dlsym(handle, name));
  if (!function) missing += (missing.empty() ? "" : ", ") + std::string(name);
}

std::string path_of(const void* function) {
  Dl_info info{};
  return dladdr(function, &info) != 0 && info.dli_fname ? info.dli_fname : "";
}

Library open() {
  Library library;
  auto [handle, problem] = open_file();
  if (!handle) {
    library.problem = std::move(problem);
    return library;
  }
  std::string missing;
  Functions& call = library.call;
  find(handle, "cudnnGetVersion", call.version, missing);
  find(handle, "cudnnGetCudartVersion", call.cudart_version, missing);
  find(handle, "cudnnGetErrorString", call.error_string, missing);
  find(handle, "cudnnBackendCreateDescriptor", call.create_descriptor, missing);
  find(handle, "cudnnBackendDestroyDescriptor", call.destroy_descriptor, missing);
  find(handle, "cudnnBackendSetAttribute", call.set_attribute, missing);
  find(handle, "cudnnBackendGetAttribute", call.get_attribute, missing);
  find(handle, "cudnnBackendFinalize", call.finalize, missing);
  find(handle, "cudnnSetCallback", call.set_callback, missing);
  find(handle, "cudnnCreate", call.create, missing);
  find(handle, "cudnnDestroy", call.destroy, missing);
  find(handle, "cudnnSetStream", call.set_stream, missing);
  find(handle, "cudnnBackendExecute", call.execute, missing);
  if (call.version) library.path = path_of(reinterpret_cast<const void*>(call.version));
  if (!missing.empty()) {
    const char* const chosen = std::getenv(choice_variable);
    library.problem = (!library.path.empty() ? library.path
                       : chosen              ? chosen
                                             : file_name) +
                      std::string(" is not the cuDNN that convtune needs: it lacks ") + missing;
    return library;
  }
  if (const std::size_t runtime = call.version(); runtime != CUDNN_VERSION) {
    library.problem = "convtune was built with cuDNN " + header_version() + ", but " +
                      library.path + " is " + version_text(runtime) +
                      ": install the same version of both";
    return library;
  }
  call.set_callback(CUDNN_SEV_ERROR_EN | CUDNN_SEV_WARNING_EN, nullptr, listen);
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

std::string version_text(std::size_t version) {
  return std::to_string(version / 10000) + "." + std::to_string(version / 100 % 100) + "." +
         std::to_string(version % 100);
}

std::string header_version() {
  return version_text(CUDNN_VERSION);
}

std::string runtime_version() {
  const Library& opened = library();
  return opened.call.version ? version_text(opened.call.version()) : "";
}

}  // namespace convtune::cudnn
