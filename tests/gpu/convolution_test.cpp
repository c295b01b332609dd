// A caller's convolution on a GPU's memory.
#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

#include <convtune/convolution.hpp>
#include <convtune/reference.hpp>

#include "present.hpp"

namespace convtune {
namespace {

/// Runs a convolution on tensors that begin so many bytes behind an aligned address.
void expect_what_the_definition_says(std::size_t offset) {
  const ConvProblem problem = parse_problem("fwd.f32.nchw_n2c16i20x18k24f3x3s1x1p1x1d1x1g1");
  std::mt19937 random(1);
  std::uniform_real_distribution<float> between(-1, 1);
  const auto made = [&](Role role) {
    std::vector<float> values(static_cast<std::size_t>(elements(problem, role)));
    for (float& value : values) value = between(random);
    return values;
  };
  const std::vector<float> source = made(Role::source), filter = made(Role::filter);
  const auto gpu = open_gpu(present_gpus().front());
  const auto moved = [&](const std::vector<float>& values) {
    auto* const there =
        static_cast<std::byte*>(gpu->allocate(values.size() * sizeof(float) + offset)) + offset;
    gpu->upload(values.data(), there, values.size() * sizeof(float));
    return there;
  };
  std::vector<float> result(static_cast<std::size_t>(elements(problem, Role::destination)));
  const Buffers buffers{
      .source = moved(source), .filter = moved(filter), .destination = moved(result)};
  for (const char* const policy : {"guess_once", "time_once"}) {
    ConvolutionOptions options;
    options.context.device = "cuda";
    options.context.database = ":memory:";
    options.policy = policy;
    options.constraints.precision = Precision::strict;
    Convolution convolution(options);
    convolution.run(problem, buffers);
    // Waits for the default queue, on which the call was put.
    gpu->download(buffers.destination, result.data(), result.size() * sizeof(float));
    const std::vector<double> wide_source(source.begin(), source.end()),
        wide_filter(filter.begin(), filter.end());
    std::vector<ReferenceValue> expected(result.size());
    reference(problem, {.source = wide_source.data(), .filter = wide_filter.data()}, 0, expected);
    for (std::size_t i = 0; i < result.size(); ++i)
      ASSERT_LE(std::abs(result[i] - expected[i].value), 8e-7 * expected[i].magnitude)
          << i << " by " << convolution.choice()->candidate;
  }
  for (void* const each : {buffers.source, buffers.filter, buffers.destination})
    gpu->release(static_cast<std::byte*>(each) - offset);
}

TEST(ConvolutionOnTheGpu, ComputesWhatTheDefinitionSays) {
  CONVTUNE_NEED_A_GPU();
  expect_what_the_definition_says(0);
}

TEST(ConvolutionOnTheGpu, TakesTensorsThatAreAlignedToTheirElements) {
  CONVTUNE_NEED_A_GPU();
  expect_what_the_definition_says(4);
}

}  // namespace
}  // namespace convtune
