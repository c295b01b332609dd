// What running a plan asks of cuDNN. The double of recorded_cudnn.cpp stands for the GPU: that
// these calls make a GPU compute the right thing is not proved here.
#include <cstdlib>
#include <thread>

#include <gmock/gmock.h>

#include "engines.hpp"
#include "h200.hpp"
#include "plan.hpp"
#include "recorded_cudnn.hpp"

namespace convtune::cudnn {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Execution : public testing::Test {
 protected:
  static std::unique_ptr<Plan> plan(const std::string& text, const std::string& configuration,
                                    const std::string& id = "cuda:0") {
    return engine_plan(parse_problem(text), configuration, h200(), id);
  }
  Recorded& recorded() { return *recorded_cudnn(); }

  alignas(16) char source_[16] = {}, filter_[16] = {}, destination_[16] = {}, bias_[16] = {};
  char workspace_ = 0, stream_ = 0;
  Buffers buffers_{.source = source_,
                   .filter = filter_,
                   .destination = destination_,
                   .bias = bias_,
                   .workspace = &workspace_,
                   .stream = &stream_};
};

TEST_F(Execution, GivesEveryTensorByItsIdOnTheCallersQueue) {
  plan("fwd.f32.nchw_n1c8i8x8k8f3x3s1x1p1x1d1x1g1", "1")->run(buffers_);
  EXPECT_THAT(recorded().ids, ElementsAre(tensor_id(Role::source), tensor_id(Role::filter),
                                          tensor_id(Role::destination)));
  EXPECT_THAT(recorded().addresses, ElementsAre(source_, filter_, destination_));
  EXPECT_EQ(recorded().workspace, &workspace_);
  EXPECT_EQ(recorded().executed, 1);
  EXPECT_EQ(recorded().stream, &stream_);
}

TEST_F(Execution, EachDirectionReadsAndWritesItsOwn) {
  for (const char* const direction : {"bwdd", "bwdw"}) {
    plan(direction + std::string(".f32.nchw_n1c8i8x8k8f3x3s1x1p1x1d1x1g1"), "0")->run(buffers_);
    EXPECT_THAT(recorded().addresses, ElementsAre(source_, filter_, destination_));
  }
}

TEST_F(Execution, ABiasIsTheFourth) {
  const ConvProblem problem =
      parse_problem("fwd.f32.nhwc_n8c64i14x14k64f3x3s1x1p1x1d1x1g1_bias_relu");
  const Engines engines(graph(problem, {true, true, true}), h200());
  std::string why;
  for (const Supported& each : engines.heuristics(CUDNN_HEUR_MODE_A)) try {
      engine_plan(problem, text(each.configuration), h200(), "cuda:0")->run(buffers_);
      EXPECT_THAT(recorded().ids, ElementsAre(tensor_id(Role::source), tensor_id(Role::filter),
                                              tensor_id(Role::destination), tensor_id(Role::bias)));
      EXPECT_EQ(recorded().addresses.back(), bias_);
      return;
    } catch (const Failure& failure) {
      why = failure.what();  // it has to be compiled, which takes a driver
    }
  GTEST_SKIP() << "no engine that fuses can be prepared here: " << why;
}

TEST_F(Execution, TensorsOfLessAlignmentHaveAPlanOfTheirOwn) {
  const auto one = plan("fwd.f32.nchw_n1c8i8x8k8f3x3s1x1p1x1d1x1g1", "1");
  one->run(buffers_);
  const void* const usual = recorded().plan;
  buffers_.source = source_ + 4;
  one->run(buffers_);
  const void* const other = recorded().plan;
  EXPECT_NE(other, usual);
  EXPECT_EQ(recorded().addresses.front(), source_ + 4);
  one->run(buffers_);
  EXPECT_EQ(recorded().plan, other) << "it is built once";
  buffers_.source = source_;
  one->run(buffers_);
  EXPECT_EQ(recorded().plan, usual);
}

TEST_F(Execution, AnEngineThatTakesNoLessAlignmentSaysSo) {
  CONVTUNE_SKIP_UNLESS_919();
  const auto one = plan("fwd.f32.nchw_n32c128i56x56k128f3x3s1x1p1x1d1x1g1", "38");
  one->run(buffers_);
  buffers_.filter = filter_ + 4;
  const int before = recorded().executed;
  try {
    one->run(buffers_);
    ADD_FAILURE() << "it ran";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("cuDNN does not support engine 38 on tensors that are "
                                        "aligned to their elements only here: NOT_SUPPORTED"));
  }
  EXPECT_EQ(recorded().executed, before);
}

TEST_F(Execution, AThreadHasOneHandle) {
  const auto one = plan("fwd.f32.nchw_n1c8i8x8k8f3x3s1x1p1x1d1x1g1", "1");
  one->run(buffers_);
  one->run(buffers_);
  plan("fwd.f32.nchw_n1c8i8x9k8f3x3s1x1p1x1d1x1g1", "1")->run(buffers_);
  const int here = recorded().handles;
  one->run(buffers_);
  EXPECT_EQ(recorded().handles, here);
  std::thread([&] {
    one->run(buffers_);
    EXPECT_EQ(recorded().handles, here + 1);
  }).join();
  EXPECT_EQ(recorded().handles, here);
}

TEST_F(Execution, EachGpuHasAHandleOfItsOwn) {
  std::thread([&] {
    const int before = recorded().handles;
    plan("fwd.f32.nchw_n1c8i8x8k8f3x3s1x1p1x1d1x1g1", "1", "cuda:0")->run(buffers_);
    plan("fwd.f32.nchw_n1c8i8x8k8f3x3s1x1p1x1d1x1g1", "1", "cuda:1")->run(buffers_);
    EXPECT_EQ(recorded().handles, before + 2);
  }).join();
}

TEST_F(Execution, AFailureIsTold) {
  recorded().fails = true;
  try {
    plan("fwd.f32.nchw_n1c8i8x8k8f3x3s1x1p1x1d1x1g1", "1")->run(buffers_);
    ADD_FAILURE() << "it ran";
  } catch (const Failure& failure) {
    EXPECT_THAT(failure.what(), HasSubstr("EXECUTION_FAILED"));
  }
  recorded().fails = false;
}

}  // namespace
}  // namespace convtune::cudnn

int main(int count, char** arguments) {
  setenv("CONVTUNE_CUDNN_LIBRARY", RECORDED_CUDNN, 1);
  testing::InitGoogleMock(&count, arguments);
  return RUN_ALL_TESTS();
}
