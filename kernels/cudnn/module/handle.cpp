#include "handle.hpp"

#include <map>

#include "descriptor.hpp"
#include "library.hpp"

namespace convtune::cudnn {
namespace {

void require(cudnnStatus_t status) {
  if (status != CUDNN_STATUS_SUCCESS) throw Failure(status, description(status));
}

class Handle {
 public:
  Handle() {
    const Library& opened = library();
    if (!opened.problem.empty()) throw Failure(CUDNN_STATUS_NOT_INITIALIZED, opened.problem);
    require(opened.call.create(&handle_));
  }
  ~Handle() { library().call.destroy(handle_); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  cudnnHandle_t get() const { return handle_; }

 private:
  cudnnHandle_t handle_ = nullptr;
};

}  // namespace

cudnnHandle_t handle(const std::string& device) {
  thread_local std::map<std::string, Handle> own;
  return own.try_emplace(device).first->second.get();
}

cudnnHandle_t handle_on(const std::string& device, void* stream) {
  const cudnnHandle_t own = handle(device);
  require(library().call.set_stream(own, static_cast<cudaStream_t>(stream)));
  return own;
}

}  // namespace convtune::cudnn
