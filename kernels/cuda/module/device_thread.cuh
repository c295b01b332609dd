#pragma once

#include <cstdint>

#include "../simt.hpp"

namespace convtune::cuda {

/// What a kernel asks of the machine (simt.hpp), answered by a GPU.
class DeviceThread {
 public:
  __device__ int index() const { return static_cast<int>(threadIdx.x); }
  __device__ int count() const { return static_cast<int>(blockDim.x); }
  __device__ std::int64_t block() const { return blockIdx.x; }
  __device__ std::int64_t blocks() const { return gridDim.x; }

  template <class T>
  __device__ T add(T* address, T value) {
    return atomicAdd(address, value);
  }

  __device__ void synchronize() { __syncthreads(); }
  __device__ void* shared() {
    extern __shared__ uint4 memory[];
    return memory;
  }

  template <class T>
  __device__ T shuffle(T value, int lane) {
    return __shfl_sync(every_lane, value, lane);
  }
  template <class T>
  __device__ T shuffle_down(T value, int by) {
    return __shfl_down_sync(every_lane, value, static_cast<unsigned>(by));
  }
  template <class T>
  __device__ T shuffle_xor(T value, int mask) {
    return __shfl_xor_sync(every_lane, value, mask);
  }

 private:
  static constexpr unsigned every_lane = 0xffffffff;
};

}  // namespace convtune::cuda
