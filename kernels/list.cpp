#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <convtune/error.hpp>
#include <kernels/list.hpp>
#include <kernels/outside.hpp>

namespace convtune {

#define CONVTUNE_IMPLEMENTATION(folder, file) const Implementation& folder##_##file();
#include "list.inc"
#undef CONVTUNE_IMPLEMENTATION

const Backend& cpu_backend();
const Backend& blas_backend();
const Backend& onednn_backend();
const Backend& cudnn_backend();
const Backend& cublas_backend();
const Backend& cuda_backend();

std::span<const Implementation* const> own_implementations() {
  static const std::array listed{
#define CONVTUNE_IMPLEMENTATION(folder, file) &folder##_##file(),
#include "list.inc"
#undef CONVTUNE_IMPLEMENTATION
  };
  return listed;
}

std::span<const Backend* const> own_backends() {
  static const std::array backends{&cpu_backend(),   &blas_backend(),   &onednn_backend(),
                                   &cudnn_backend(), &cublas_backend(), &cuda_backend()};
  return backends;
}

std::span<const Implementation* const> all_implementations() {
  static const std::vector<const Implementation*> all = [] {
    std::vector<const Implementation*> found(own_implementations().begin(),
                                             own_implementations().end());
    for (const OutsideModule& module : outside_modules())
      found.insert(found.end(), module.implementations.begin(), module.implementations.end());
    return found;
  }();
  return all;
}

std::span<const Backend* const> all_backends() {
  static const std::vector<const Backend*> all = [] {
    std::vector<const Backend*> found(own_backends().begin(), own_backends().end());
    for (const OutsideModule& module : outside_modules())
      if (module.backend) found.push_back(module.backend.get());
    return found;
  }();
  return all;
}

std::span<const std::string_view> known_tags() {
  static constexpr auto tags = std::to_array<std::string_view>({"algo_0",
                                                                "algo_1",
                                                                "algo_3",
                                                                "aligned",
                                                                "alternative",
                                                                "conv3d2d",
                                                                "conv_dnn",
                                                                "conv_gemm",
                                                                "cublas",
                                                                "cudnn",
                                                                "cufft",
                                                                "default",
                                                                "depthwise",
                                                                "direct",
                                                                "fft",
                                                                "fft_tiling",
                                                                "gemm",
                                                                "implicit_gemm",
                                                                "implicit_precomp_gemm",
                                                                "large",
                                                                "legacy",
                                                                "onednn",
                                                                "oracle",
                                                                "own_process",
                                                                "reference",
                                                                "winograd",
                                                                "winograd_non_fused"});
  return tags;
}

const Implementation* find_implementation(std::string_view name) {
  const auto all = all_implementations();
  const auto found = std::ranges::find(all, name, &Implementation::name);
  return found == all.end() ? nullptr : *found;
}

const Backend& backend(std::string_view name) {
  const auto all = all_backends();
  const auto found = std::ranges::find(all, name, &Backend::name);
  if (found == all.end())
    throw Error(ErrorCode::bad_input, "There is no backend named '" + std::string(name) + "'.");
  return **found;
}

}  // namespace convtune
