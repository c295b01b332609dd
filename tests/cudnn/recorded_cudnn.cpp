// cuDNN with a double in the place of the four calls that need a GPU; everything else is the
// library's, which this one is linked with. It tells what it was asked, and nothing about what a
// GPU would have made of it.
#include "recorded_cudnn.hpp"

#include <cudnn_graph.h>

namespace {

Recorded recorded;

// What a variant pack holds is asked of the library itself.
template <class Value>
std::vector<Value> values(cudnnBackendDescriptor_t pack, cudnnBackendAttributeName_t name,
                          cudnnBackendAttributeType_t type) {
  constexpr std::int64_t most = 16;
  std::vector<Value> found(most);
  std::int64_t count = 0;
  if (cudnnBackendGetAttribute(pack, name, type, most, &count, static_cast<void*>(found.data())) !=
      CUDNN_STATUS_SUCCESS)
    count = 0;
  found.resize(static_cast<std::size_t>(count));
  return found;
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

cudnnStatus_t cudnnBackendExecute(cudnnHandle_t, cudnnBackendDescriptor_t,
                                  cudnnBackendDescriptor_t pack) {
  if (recorded.fails) return CUDNN_STATUS_EXECUTION_FAILED;
  ++recorded.executed;
  recorded.ids = values<std::int64_t>(pack, CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS, CUDNN_TYPE_INT64);
  recorded.addresses =
      values<void*>(pack, CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS, CUDNN_TYPE_VOID_PTR);
  const auto workspace =
      values<void*>(pack, CUDNN_ATTR_VARIANT_PACK_WORKSPACE, CUDNN_TYPE_VOID_PTR);
  recorded.workspace = workspace.empty() ? nullptr : workspace.front();
  return CUDNN_STATUS_SUCCESS;
}
}
