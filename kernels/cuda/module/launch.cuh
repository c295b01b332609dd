#pragma once

#include <string>

#include <cuda_runtime.h>

#include <convtune/error.hpp>

#include "../launch.hpp"
#include "device_thread.cuh"

namespace convtune::cuda {

template <class Kernel>
__global__ void enter(const Kernel kernel) {
  DeviceThread thread;
  kernel(thread);
}

inline void require(cudaError_t status, const char* what) {
  if (status == cudaSuccess) return;
  cudaGetLastError();  // or the next call of anybody would be told
  throw Error(ErrorCode::environment,
              std::string("CUDA cannot ") + what + ": " + cudaGetErrorString(status) + ".");
}

template <class Kernel>
void launch(const Kernel& kernel, const Grid& grid, void* stream) {
  constexpr std::size_t without_asking = 48 << 10;
  if (grid.blocks == 0) return;
  const auto* const entry = reinterpret_cast<const void*>(&enter<Kernel>);
  if (grid.shared_bytes > without_asking)
    require(cudaFuncSetAttribute(entry, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                 static_cast<int>(grid.shared_bytes)),
            "give a block that much shared memory");
  Kernel copy = kernel;
  void* arguments[] = {&copy};
  require(cudaLaunchKernel(entry, dim3(static_cast<unsigned>(grid.blocks)),
                           dim3(static_cast<unsigned>(grid.threads)), arguments, grid.shared_bytes,
                           static_cast<cudaStream_t>(stream)),
          "start a kernel");
}

}  // namespace convtune::cuda
