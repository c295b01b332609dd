// Answers as the driver of NVIDIA would on a machine with one GPU, or with the error that its
// environment says.
#include <cstdlib>

extern "C" {
__attribute__((visibility("default"))) int cuInit(unsigned) {
  const char* const status = std::getenv("FAKE_CUDA_STATUS");
  return status ? std::atoi(status) : 0;
}
__attribute__((visibility("default"))) int cuDeviceGetCount(int* count) {
  *count = 1;
  return 0;
}
}
