// The real side of Runtime: CUDA's run time, which is linked statically and finds the driver
// itself.
#include <cstdio>
#include <new>

#include <cuda_runtime_api.h>

#include <convtune/error.hpp>

#include "../launch.hpp"
#include "checksum.hpp"
#include "properties.hpp"
#include "runtime.hpp"
#include "timers.hpp"

namespace convtune::cuda {
namespace {

void require(cudaError_t status) {
  if (status == cudaSuccess) return;
  cudaGetLastError();  // or it would be told again by a later call
  throw Error(ErrorCode::environment, std::string("CUDA: ") + cudaGetErrorString(status) + " (" +
                                          cudaGetErrorName(status) + ")");
}

cudaStream_t stream(Runtime::Queue queue) {
  return static_cast<cudaStream_t>(queue);
}
cudaEvent_t event(Runtime::Event handle) {
  return static_cast<cudaEvent_t>(handle);
}
cudaGraphExec_t graph(Runtime::Graph handle) {
  return static_cast<cudaGraphExec_t>(handle);
}

int attribute(cudaDeviceAttr which, int device) {
  int value = 0;
  require(cudaDeviceGetAttribute(&value, which, device));
  return value;
}

std::string uuid_text(const cudaUUID_t& uuid) {
  std::string text = "GPU";
  char digits[3];
  for (int i = 0; i < 16; ++i) {
    if (i == 0 || i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned char>(uuid.bytes[i]));
    text += digits;
  }
  return text;
}

std::string version_text(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

std::string described(const cudaDeviceProp& found, int device, int driver) {
  Properties properties;
  return properties.add("deviceVer", found.major * 100 + found.minor * 10)
      .add("multiProcessorCount", found.multiProcessorCount)
      .add("warpSize", found.warpSize)
      .add("maxSharedMemoryPerBlock", static_cast<std::int64_t>(found.sharedMemPerBlock))
      .add("maxSharedMemoryPerBlockOptin", static_cast<std::int64_t>(found.sharedMemPerBlockOptin))
      .add("reservedSharedMemoryPerBlock",
           static_cast<std::int64_t>(found.reservedSharedMemPerBlock))
      .add("maxRegistersPerSM", found.regsPerMultiprocessor)
      .add("maxCtasPerSM", found.maxBlocksPerMultiProcessor)
      .add("maxThreadsPerBlock", found.maxThreadsPerBlock)
      .add("maxThreadsPerSM", found.maxThreadsPerMultiProcessor)
      .add("regsPerBlock", found.regsPerBlock)
      .add("totalGlobalMem", static_cast<std::int64_t>(found.totalGlobalMem))
      .add("smClockRateKHz", attribute(cudaDevAttrClockRate, device))
      .add("l2CacheSize", found.l2CacheSize)
      .add("maxBlockSize", found.maxThreadsDim)
      .add("memClockRateKHz", attribute(cudaDevAttrMemoryClockRate, device))
      .add("maxGridSize", found.maxGridSize)
      .add("supportCoopLaunch", attribute(cudaDevAttrCooperativeLaunch, device))
      .add("pciDeviceId", found.pciDeviceID)
      .add("isTccDriver", found.tccDriver)
      .add("cudaDeviceId", device)
      .add("driverVer", driver)
      .add("deviceName", found.name)
      .text();
}

class CudaRuntime final : public Runtime {
 public:
  std::vector<Device> devices() override {
    int count = 0, driver = 0;
    require(cudaDriverGetVersion(&driver));
    if (driver == 0)
      throw Error(ErrorCode::environment,
                  "there is no driver of NVIDIA here (libcuda.so.1 was not found)");
    require(cudaGetDeviceCount(&count));
    std::vector<Device> all;
    for (int i = 0; i < count; ++i) {
      cudaDeviceProp found{};
      require(cudaGetDeviceProperties(&found, i));
      Device& device = all.emplace_back();
      device.kind = DeviceKind::cuda;
      device.id = "cuda:" + std::to_string(i);
      device.name = found.name;
      device.l1_bytes = found.sharedMemPerBlockOptin;
      device.l2_bytes = static_cast<std::size_t>(found.l2CacheSize);
      device.l3_bytes = 0;
      device.memory_bytes = found.totalGlobalMem;
      device.properties = described(found, i, driver);
      device.serial = uuid_text(found.uuid);
      device.driver = version_text(driver);
    }
    return all;
  }
  void use(int device) override { require(cudaSetDevice(device)); }

  void* allocate(std::size_t bytes) override {
    void* memory = nullptr;
    const cudaError_t status = cudaMalloc(&memory, bytes);
    if (status == cudaErrorMemoryAllocation) {
      cudaGetLastError();
      throw std::bad_alloc();
    }
    require(status);
    return memory;
  }
  void release(void* memory) noexcept override { cudaFree(memory); }
  std::size_t free_bytes() override {
    std::size_t free = 0, total = 0;
    require(cudaMemGetInfo(&free, &total));
    return free;
  }
  void upload(const void* program, void* device, std::size_t bytes) override {
    require(cudaMemcpy(device, program, bytes, cudaMemcpyHostToDevice));
  }
  void download(const void* device, void* program, std::size_t bytes) override {
    require(cudaMemcpy(program, device, bytes, cudaMemcpyDeviceToHost));
  }

  Queue make_queue() override {
    cudaStream_t made = nullptr;
    require(cudaStreamCreateWithFlags(&made, cudaStreamNonBlocking));
    return made;
  }
  void release_queue(Queue queue) noexcept override { cudaStreamDestroy(stream(queue)); }
  void wait(Queue queue) override { require(cudaStreamSynchronize(stream(queue))); }
  void fill(void* memory, std::byte value, std::size_t bytes, Queue queue) override {
    require(cudaMemsetAsync(memory, std::to_integer<int>(value), bytes, stream(queue)));
  }
  void checksum(const void* memory, std::size_t bytes, std::uint64_t* where, Queue queue) override {
    fill(where, std::byte{0}, sizeof *where, queue);
    const Checksum kernel = checksum_of(memory, bytes, where);
    cuda::launch(kernel, grid_of(kernel), queue);
  }
  void read_timers(void* where, Queue queue) override {
    launch_timers(static_cast<Timers*>(where), queue);
    require(cudaGetLastError());
  }

  Event make_event() override {
    cudaEvent_t made = nullptr;
    require(cudaEventCreate(&made));
    return made;
  }
  void release_event(Event handle) noexcept override { cudaEventDestroy(event(handle)); }
  void record(Event handle, Queue queue) override {
    const unsigned flags = capturing_ ? cudaEventRecordExternal : cudaEventRecordDefault;
    require(cudaEventRecordWithFlags(event(handle), stream(queue), flags));
  }
  double seconds_between(Event start, Event end) override {
    constexpr double milliseconds = 1e-3;
    float elapsed = 0;
    require(cudaEventElapsedTime(&elapsed, event(start), event(end)));
    return elapsed * milliseconds;
  }

  void begin_capture(Queue queue) override {
    // Relaxed: a library may load its kernels when it is first asked for them.
    require(cudaStreamBeginCapture(stream(queue), cudaStreamCaptureModeRelaxed));
    capturing_ = true;
  }
  Graph end_capture(Queue queue) override {
    capturing_ = false;
    cudaGraph_t captured = nullptr;
    cudaGraphExec_t made = nullptr;
    if (cudaStreamEndCapture(stream(queue), &captured) == cudaSuccess)
      cudaGraphInstantiate(&made, captured, 0);
    if (captured) cudaGraphDestroy(captured);
    cudaGetLastError();
    return made;
  }
  void prepare(Graph handle, Queue queue) override {
    require(cudaGraphUpload(graph(handle), stream(queue)));
    wait(queue);
  }
  void launch(Graph handle, Queue queue) override {
    require(cudaGraphLaunch(graph(handle), stream(queue)));
  }
  void release_graph(Graph handle) noexcept override { cudaGraphExecDestroy(graph(handle)); }

 private:
  bool capturing_ = false;
};

}  // namespace

Runtime& runtime() {
  static CudaRuntime instance;
  return instance;
}

}  // namespace convtune::cuda
