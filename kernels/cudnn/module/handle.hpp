#pragma once

#include <cudnn_graph.h>

namespace convtune::cudnn {

/// cuDNN's handle of this thread for the GPU that it works on, made when first asked for and kept
/// until the thread ends: making one takes longer than most convolutions. Throws Failure.
cudnnHandle_t handle();

/// The same, with calls put on `stream` (cudaStream_t) from now on.
cudnnHandle_t handle_on(void* stream);

}  // namespace convtune::cudnn
