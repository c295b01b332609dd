#include "policy.hpp"

#include <gmock/gmock.h>

#include <convtune/error.hpp>

namespace convtune {
namespace {

struct Names {
  const char* problem;
  std::vector<std::string> allowed;
};

const std::vector<std::string> every_name = {
    "none", "small",      "large",    "deterministic",
    "fft",  "fft_tiling", "winograd", "winograd_non_fused"};

class PolicyNames : public testing::TestWithParam<Names> {};

TEST_P(PolicyNames, AreThoseOfTheDirectionAndRank) {
  const ConvProblem problem = parse_problem(GetParam().problem);
  std::vector<std::string> accepted;
  for (const std::string& name : every_name) try {
      read_policy(name, problem, {});
      accepted.push_back(name);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::bad_input);
      for (const std::string& allowed : GetParam().allowed)
        EXPECT_THAT(error.what(), testing::HasSubstr(allowed));
    }
  EXPECT_THAT(accepted, testing::UnorderedElementsAreArray(GetParam().allowed));
  for (const char* name :
       {"guess_once", "guess_on_shape_change", "time_once", "time_on_shape_change"})
    EXPECT_NO_THROW(read_policy(name, problem, {})) << name;
}

INSTANTIATE_TEST_SUITE_P(
    Of, PolicyNames,
    testing::Values(
        Names{"fwd.f32.nchw_n1c8i9x9k8f3x3s1x1p1x1d1x1g1",
              {"none", "small", "large", "fft", "fft_tiling", "winograd", "winograd_non_fused"}},
        Names{"bwdd.f32.nchw_n1c8i9x9k8f3x3s1x1p1x1d1x1g1",
              {"none", "deterministic", "fft", "fft_tiling", "winograd", "winograd_non_fused"}},
        Names{"bwdw.f32.nchw_n1c8i9x9k8f3x3s1x1p1x1d1x1g1",
              {"none", "small", "deterministic", "fft", "fft_tiling", "winograd_non_fused"}},
        Names{"fwd.f32.nchw_n1c8i9x9x9k8f3x3x3s1x1x1p1x1x1d1x1x1g1",
              {"none", "small", "fft_tiling"}},
        Names{"bwdd.f32.nchw_n1c8i9x9x9k8f3x3x3s1x1x1p1x1x1d1x1x1g1",
              {"none", "deterministic", "fft_tiling"}},
        Names{"bwdw.f32.nchw_n1c8i9x9x9k8f3x3x3s1x1x1p1x1x1d1x1x1g1", {"none", "small"}}));

const ConvProblem layer = parse_problem("fwd.f32.nchw_n1c8i9x9k8f3x3s1x1p1x1d1x1g1");

TEST(PolicyConstraints, NarrowTheCallersOwn) {
  EXPECT_EQ(read_policy("none", layer, {}).constraints.workspace_limit, 0U);
  EXPECT_EQ(read_policy("small", layer, {}).constraints.workspace_limit, 1U << 20);
  EXPECT_EQ(read_policy("small", layer, {.workspace_limit = 5}).constraints.workspace_limit, 5U);
}

struct OnGpu {
  const char *name, *direction, *family, *algorithm;
};

TEST(PolicyOnAGpu, IsAnAlgorithmOfCudnnByItsTag) {
  const std::string shape = ".f32.nchw_n1c8i9x9k8f3x3s1x1p1x1d1x1g1";
  for (const auto& [name, direction, family, algorithm] :
       {OnGpu{"none", "fwd", "implicit_gemm", "IMPLICIT_GEMM"},
        OnGpu{"none", "bwdd", "algo_0", "ALGO_0"}, OnGpu{"none", "bwdw", "algo_0", "ALGO_0"},
        OnGpu{"small", "fwd", "implicit_precomp_gemm", "IMPLICIT_PRECOMP_GEMM"},
        OnGpu{"small", "bwdw", "algo_3", "ALGO_3"},
        OnGpu{"deterministic", "bwdd", "algo_1", "ALGO_1"},
        OnGpu{"deterministic", "bwdw", "algo_1", "ALGO_1"}, OnGpu{"large", "fwd", "large", "GEMM"},
        OnGpu{"fft", "bwdd", "fft", "FFT"},
        OnGpu{"fft_tiling", "bwdw", "fft_tiling", "FFT_TILING"}}) {
    const Policy policy = read_policy(name, parse_problem(direction + shape), {}, DeviceKind::cuda);
    EXPECT_EQ(policy.family, family) << name << ' ' << direction;
    EXPECT_EQ(policy.constraints.require, family) << name << ' ' << direction;
    EXPECT_EQ(policy.algorithm, algorithm) << name << ' ' << direction;
    EXPECT_EQ(policy.constraints.workspace_limit, std::nullopt) << name << ' ' << direction;
    EXPECT_EQ(policy.constraints.deterministic, name == std::string("deterministic"));
  }
}

TEST(PolicyOnAGpu, FallsBackToARuleOrToNone) {
  const auto fallback = [](const char* name, const char* problem) {
    const Policy policy = read_policy(name, parse_problem(problem), {}, DeviceKind::cuda);
    const auto found = fallback_of(name, policy);
    return std::pair(found.value().name, found.value().device);
  };
  constexpr const char* weights = "bwdw.f32.nchw_n1c8i9x9k8f3x3s1x1p1x1d1x1g1";
  EXPECT_EQ(fallback("none", weights), std::pair(std::string("none"), DeviceKind::cpu));
  EXPECT_EQ(fallback("deterministic", weights),
            std::pair(std::string("deterministic"), DeviceKind::cpu));
  EXPECT_EQ(fallback("small", weights), std::pair(std::string("none"), DeviceKind::cuda));
  EXPECT_EQ(fallback("fft", weights), std::pair(std::string("none"), DeviceKind::cuda));
  EXPECT_FALSE(fallback_of("none", read_policy("none", layer, {})));
}

TEST(PolicyConstraints, FamiliesComeBesideTheCallersTags) {
  const Policy alone = read_policy("fft", layer, {});
  EXPECT_EQ(alone.constraints.require, "fft");
  EXPECT_EQ(alone.constraints.exclude, Tags{});
  const Policy on_gpu = read_policy("fft", layer, {}, DeviceKind::cuda);
  EXPECT_EQ(on_gpu.constraints.exclude, Tags{"fft_tiling"});
  const Policy beside = read_policy("fft", layer, {.require = "cudnn"});
  EXPECT_EQ(beside.constraints.require, "cudnn");
  EXPECT_EQ(beside.constraints.include, Tags{"fft"});
  EXPECT_THROW(read_policy("fft", layer, {.include = {"a"}, .require = "b"}), Error);
}

}  // namespace
}  // namespace convtune
