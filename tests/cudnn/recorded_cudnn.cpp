// cuDNN with a double in the place of the calls that need a GPU; everything else is the
// library's, which this one is linked with. It tells what it was asked, and nothing about what a
// GPU would have made of it.
#include "recorded_cudnn.hpp"

#include <cudnn_graph.h>
#include <dlfcn.h>

namespace {

Recorded recorded;

template <class Value>
std::vector<Value> copied(std::int64_t count, const void* values) {
  const auto* const first = static_cast<const Value*>(values);
  return {first, first + count};
}

}  // namespace

extern "C" {

Recorded* recorded_cudnn() {
  return &recorded;
}

cudnnStatus_t cudnnCreate(cudnnHandle_t* handle) {
  ++recorded.handles;
  *handle = reinterpret_cast<cudnnHandle_t>(&recorded);
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnDestroy(cudnnHandle_t) {
  --recorded.handles;
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnSetStream(cudnnHandle_t, cudaStream_t stream) {
  recorded.stream = stream;
  return CUDNN_STATUS_SUCCESS;
}

// What a variant pack is given is written down on its way to the library, which does not tell it.
cudnnStatus_t cudnnBackendSetAttribute(cudnnBackendDescriptor_t descriptor,
                                       cudnnBackendAttributeName_t name,
                                       cudnnBackendAttributeType_t type, std::int64_t count,
                                       const void* values) {
  if (name == CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS)
    recorded.ids = copied<std::int64_t>(count, values);
  else if (name == CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS)
    recorded.addresses = copied<void*>(count, values);
  else if (name == CUDNN_ATTR_VARIANT_PACK_WORKSPACE)
    recorded.workspace = copied<void*>(count, values).at(0);
  static const auto next = reinterpret_cast<decltype(&cudnnBackendSetAttribute)>(
      dlsym(RTLD_NEXT, "cudnnBackendSetAttribute"));
  return next(descriptor, name, type, count, values);
}

cudnnStatus_t cudnnBackendExecute(cudnnHandle_t, cudnnBackendDescriptor_t plan,
                                  cudnnBackendDescriptor_t) {
  recorded.plan = plan;
  if (recorded.fails) return CUDNN_STATUS_EXECUTION_FAILED;
  ++recorded.executed;
  return CUDNN_STATUS_SUCCESS;
}
}
