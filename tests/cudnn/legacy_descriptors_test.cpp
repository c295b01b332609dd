// The real descriptors of the legacy interface, which need no GPU.
#include "legacy_descriptors.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "algorithm_support.hpp"
#include "h200.hpp"

namespace convtune::cudnn {
namespace {

std::vector<int> expected(const ConvProblem& problem) {
  std::vector<int> sizes = {static_cast<int>(problem->batch),
                            static_cast<int>(problem->out_channels)};
  if (problem->rank == 1) sizes.push_back(1);
  for (const Axis& axis : problem->axes()) sizes.push_back(static_cast<int>(axis.out()));
  return sizes;
}

TEST(CudnnLegacyLibrary, HasEverythingThatWeCall) {
  EXPECT_EQ(legacy_library().problem, "");
}

TEST(CudnnLegacyDescriptors, CountOutputsAsWeDo) {
  int compared = 0;
  for (const auto& entry : std::filesystem::directory_iterator(SHAPES)) {
    if (entry.path().extension() != ".txt") continue;
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      if (line.empty() || line[0] == '#') continue;
      const ConvProblem problem = parse_problem(line);
      if (!legacy_objection(problem).empty()) continue;
      const LegacyDescriptors descriptors(problem, CUDNN_DEFAULT_MATH, legacy_library().call);
      EXPECT_EQ(descriptors.output_sizes(), expected(problem)) << line;
      ++compared;
    }
  }
  EXPECT_GT(compared, 300);
}

TEST(CudnnLegacyDescriptors, SayGroupsLayoutsAndFlips) {
  for (const char* text :
       {"fwd.f32.nchw_n2c8i9x9k8f3x3s1x1p1x1d1x1g4", "fwd.f32.nhwc_n2c8i9x9k8f3x3s2x1p1x1d1x2g1",
        "bwdw.f64.nhwc_n2c8i9k8f3s2p1d1g2", "bwdd.f16.nhwc_n2c4i5x6x7k8f1x2x3s1x1x2p0x1x1d1x1x1g1",
        "fwd.f16.nchw_n2c8i9x9k8f3x3s1x1p1x1d1x1g1_accf16_flip"}) {
    const ConvProblem problem = parse_problem(text);
    const LegacyDescriptors descriptors(problem, CUDNN_DEFAULT_MATH, legacy_library().call);
    EXPECT_EQ(descriptors.output_sizes(), expected(problem)) << text;
  }
}

// A failure in the middle leaves nothing behind: the parts that were made go with it.
TEST(CudnnLegacyDescriptors, PassOnWhatTheLibraryRefuses) {
  LegacyFunctions call = legacy_library().call;
  call.set_groups = [](cudnnConvolutionDescriptor_t, int) { return CUDNN_STATUS_BAD_PARAM; };
  const ConvProblem problem = parse_problem("fwd.f32.nchw_n2c8i9x9k8f3x3s1x1p1x1d1x1g1");
  EXPECT_THROW(LegacyDescriptors(problem, CUDNN_DEFAULT_MATH, call), Failure);
}

}  // namespace
}  // namespace convtune::cudnn
