#include "legacy_library.hpp"

#include <dlfcn.h>

#include "library.hpp"

namespace convtune::cudnn {
namespace {

LegacyLibrary open() {
  LegacyLibrary legacy{.call = {}, .problem = library().problem};
  if (!legacy.problem.empty()) return legacy;
  // The file is open already; this is its handle once more.
  void* const handle = dlopen(library().path.c_str(), RTLD_NOW | RTLD_LOCAL);
  std::string missing;
  const auto find = [&]<typename Function>(const char* name, Function& function) {
    function = handle ? reinterpret_cast<Function>(dlsym(handle, name)) : nullptr;
    if (!function) missing += (missing.empty() ? "" : ", ") + std::string(name);
  };
  LegacyFunctions& call = legacy.call;
  find("cudnnCreate", call.create);
  find("cudnnDestroy", call.destroy);
  find("cudnnSetStream", call.set_stream);
  find("cudnnCreateTensorDescriptor", call.create_tensor);
  find("cudnnDestroyTensorDescriptor", call.destroy_tensor);
  find("cudnnSetTensorNdDescriptorEx", call.set_tensor);
  find("cudnnCreateFilterDescriptor", call.create_filter);
  find("cudnnDestroyFilterDescriptor", call.destroy_filter);
  find("cudnnSetFilterNdDescriptor", call.set_filter);
  find("cudnnCreateConvolutionDescriptor", call.create_convolution);
  find("cudnnDestroyConvolutionDescriptor", call.destroy_convolution);
  find("cudnnSetConvolutionNdDescriptor", call.set_convolution);
  find("cudnnSetConvolutionMathType", call.set_math_type);
  find("cudnnSetConvolutionGroupCount", call.set_groups);
  find("cudnnGetConvolutionNdForwardOutputDim", call.output_sizes);
  find("cudnnGetConvolutionForwardWorkspaceSize", call.forward_workspace);
  find("cudnnGetConvolutionForwardAlgorithm_v7", call.forward_heuristic);
  find("cudnnFindConvolutionForwardAlgorithmEx", call.forward_search);
  find("cudnnConvolutionForward", call.forward);
  find("cudnnGetConvolutionBackwardDataWorkspaceSize", call.data_workspace);
  find("cudnnGetConvolutionBackwardDataAlgorithm_v7", call.data_heuristic);
  find("cudnnFindConvolutionBackwardDataAlgorithmEx", call.data_search);
  find("cudnnConvolutionBackwardData", call.backward_data);
  find("cudnnGetConvolutionBackwardFilterWorkspaceSize", call.filter_workspace);
  find("cudnnGetConvolutionBackwardFilterAlgorithm_v7", call.filter_heuristic);
  find("cudnnFindConvolutionBackwardFilterAlgorithmEx", call.filter_search);
  find("cudnnConvolutionBackwardFilter", call.backward_filter);
  if (!missing.empty())
    legacy.problem =
        library().path + " has no legacy convolution interface any more: it lacks " + missing;
  return legacy;
}

}  // namespace

const LegacyLibrary& legacy_library() {
  static const LegacyLibrary opened = open();
  return opened;
}

}  // namespace convtune::cudnn
