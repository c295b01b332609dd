#pragma once

#include <string>

#include <cudnn_graph.h>

namespace convtune::cudnn {

/// cuDNN's handle of this thread for a GPU (Device::id), on which the thread must work; made when
/// first asked for and kept until the thread ends: making one takes longer than most convolutions.
/// Throws Failure.
cudnnHandle_t handle(const std::string& device);

/// The same, with calls put on `stream` (cudaStream_t) from now on.
cudnnHandle_t handle_on(const std::string& device, void* stream);

}  // namespace convtune::cudnn
