// What is made of cudnnFind's list, with a double of cudnnFind. That cuDNN says such things, or
// that its times are right, is not proved.
#include "algorithm_search.hpp"

#include <array>

#include <gmock/gmock.h>

#include "recorded_legacy.hpp"

namespace convtune::cudnn {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

constexpr const char* sizes = ".nchw_n2c8i9x9k8f3x3s1x1p1x1d1x1g1";

class CudnnFind : public testing::Test {
 protected:
  void SetUp() override { recorded = {}; }

  std::vector<LibrarySearch::Found> search(const std::string& direction_and_type) {
    const ConvProblem problem = parse_problem(direction_and_type + sizes);
    return search_algorithms(problem, buffers_, 4096, [&](cudnnMathType_t math) {
      return Legacy(problem, math, no_handle(), double_of_legacy());
    });
  }

  std::array<char, 5> places_{};
  Buffers buffers_{.source = &places_[0],
                   .filter = &places_[1],
                   .destination = &places_[2],
                   .workspace = &places_[3],
                   .stream = &places_[4]};
};

TEST_F(CudnnFind, IsAskedOnTheBuffersOfEachDirection) {
  search("fwd.f64");
  search("bwdd.f64");
  search("bwdw.f64");
  ASSERT_THAT(recorded.calls, SizeIs(3)) << "f64 has one math type";
  const void *x = buffers_.source, *w = buffers_.filter, *y = buffers_.destination;
  EXPECT_EQ(recorded.calls[0].function, "forward_search");
  EXPECT_THAT(recorded.calls[0].buffers, ElementsAre(x, w, y));
  EXPECT_EQ(recorded.calls[1].function, "data_search");
  EXPECT_THAT(recorded.calls[1].buffers, ElementsAre(w, y, x));
  EXPECT_EQ(recorded.calls[2].function, "filter_search");
  EXPECT_THAT(recorded.calls[2].buffers, ElementsAre(x, y, w));
  for (const Recorded::Call& call : recorded.calls) {
    EXPECT_EQ(call.workspace, buffers_.workspace);
    EXPECT_EQ(call.workspace_bytes, 4096U);
    EXPECT_EQ(call.stream, buffers_.stream);
  }
}

TEST_F(CudnnFind, SaysWhatItTimedFastestFirstAndWhatItDidNot) {
  recorded.searched = {{.algorithm = 1, .milliseconds = 0.5F, .workspace = 64},
                       {.algorithm = 4},
                       {.algorithm = 0, .math = CUDNN_FMA_MATH, .milliseconds = 0.25F},
                       {.algorithm = 99, .milliseconds = 0.125F}};
  const std::vector<LibrarySearch::Found> found = search("fwd.f32");
  EXPECT_THAT(recorded.calls, SizeIs(3)) << "one for each math type";
  ASSERT_THAT(found, SizeIs(3)) << "the same answer twice is one, an unknown algorithm none";
  EXPECT_EQ(found[0].configuration, "none:fma");
  EXPECT_EQ(found[0].seconds, 0.25e-3);
  EXPECT_EQ(found[0].math, "fma");
  EXPECT_EQ(found[1].configuration, "small");
  EXPECT_EQ(found[1].workspace_bytes, 64U);
  EXPECT_EQ(found[1].math, "default");
  EXPECT_TRUE(found[1].deterministic);
  EXPECT_EQ(found[2].configuration, "fft");
  EXPECT_EQ(found[2].seconds, std::nullopt);
  EXPECT_THAT(found[2].status, testing::StartsWith("NOT_SUPPORTED"));
}

}  // namespace
}  // namespace convtune::cudnn
