#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "listed.hpp"
#include "read.hpp"

namespace convtune {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::IsEmpty;

class Models : public testing::Test {
 protected:
  void SetUp() override {
    if (onnx_library_version().empty()) GTEST_SKIP() << "this build has no libonnx";
  }
};

TEST_F(Models, AResidualNetworkWithAnOpenBatch) {
  const ProblemList list = read(content_of("resnet"), {{"batch", 8}});
  EXPECT_THAT(notes(list), IsEmpty());
  EXPECT_THAT(
      lines(list),
      ElementsAre("fwd.f32.nchw_n8c3i224x224k64f7x7s2x2p3x3d1x1g1_constw_bias *1 conv1",
                  "fwd.f32.nchw_n8c64i56x56k64f3x3s1x1p1x1d1x1g1_constw_bias *4 a1 a2 b1 b2",
                  "fwd.f32.nchw_n8c64i56x56k128f3x3s2x2p1x1d1x1g1_constw_bias *1 down"));
}

TEST_F(Models, UpsamplingIsAGradientOfADownsamplingConvolution) {
  const ProblemList list = read(content_of("unet"));
  EXPECT_THAT(lines(list),
              ElementsAre("fwd.f32.nchw_n1c1i64x48k16f3x3s1x1p1x1d1x1g1_constw *1 enc",
                          "fwd.f32.nchw_n1c16i32x24k32f3x3s1x1p2x2d2x2g1_constw *1 bottom",
                          "bwdd.f32.nchw_n1c16i64x48k32f2x2s2x2p0x0d1x1g1_constw *1 up",
                          "fwd.f32.nchw_n1c32i64x48k16f3x3s1x1p1x1d1x1g1_constw *1 dec",
                          "bwdd.f32.nchw_n1c8i128x96k16f3x3s2x2p1x1d1x1g1_constw *1 odd"));
  EXPECT_THAT(notes(list),
              ElementsAre("input the bias of a ConvTranspose is not part of the problem (1 node)"));
}

TEST_F(Models, DepthwiseInHalfPrecisionWithOneSidedPadding) {
  EXPECT_THAT(lines(read(content_of("mobilenet"))),
              ElementsAre("fwd.f16.nchw_n4c32i112x112k32f3x3s2x2p0:1x0:1d1x1g32_constw *1 dw",
                          "fwd.f16.nchw_n4c32i56x56k64f1x1s1x1p0x0d1x1g1_constw *1 y"));
}

TEST_F(Models, OneAndThreeAxes) {
  EXPECT_THAT(lines(read(content_of("axes"))),
              ElementsAre("fwd.f32.nchw_n2c8i16000k8f3s1p8:0d4g1_constw *1 sound",
                          "fwd.f32.nchw_n1c3i16x112x112k64f3x7x7s1x2x2p1x3x3d1x1x1g1_constw *1 "
                          "video"));
}

TEST_F(Models, QuantisedByShape) {
  const ProblemList list = read(content_of("quantised"));
  EXPECT_THAT(notes(list), IsEmpty());
  EXPECT_THAT(lines(list),
              ElementsAre("fwd.u8:s8:u8.nchw_n1c4i16x16k8f3x3s1x1p1x1d1x1g1_constw_bias *1 qconv",
                          "fwd.u8:s8:s32.nchw_n1c8i8x8k8f1x1s1x1p0x0d1x1g1_constw *1 iconv",
                          "fwd.f32.nchw_n1c8i8x8k8f1x1s1x1p0x0d1x1g1_constw *1 dequantised"));
}

TEST_F(Models, FusedActivationsAndSums) {
  const ProblemList list = read(content_of("fused"));
  const std::string sizes = "fwd.f32.nchw_n1c8i8x8k8f3x3s1x1p1x1d1x1g1_constw";
  EXPECT_THAT(lines(list), ElementsAre(sizes + "_bias_relu *1 relu",
                                       sizes + "_bias_relu_acc *1 sum", sizes + " *1 tanh"));
  EXPECT_THAT(notes(list),
              ElementsAre("input the activation Tanh is not part of the problem (1 node)"));
}

TEST_F(Models, WeightsThatAreComputed) {
  EXPECT_THAT(lines(read(content_of("weights"))),
              ElementsAre("fwd.f32.nchw_n1c2i9x9k2f1x1s1x1p0x0d1x1g1_constw *1 constant",
                          "fwd.f32.nchw_n1c2i9x9k4f3x3s1x1p0x0d1x1g1_constw *1 made",
                          "fwd.f32.nchw_n1c4i7x7k1f3x3s1x1p0x0d1x1g1 *1 given"));
}

TEST_F(Models, ShapesThatAreComputed) {
  const ProblemList list = read(content_of("shapes"), {{"batch", 2}});
  EXPECT_THAT(notes(list), IsEmpty());
  EXPECT_THAT(lines(list),
              ElementsAre("fwd.f32.nchw_n2c8i8x16k8f3x3s1x1p0x0d1x1g1_constw *1 reshaped",
                          "fwd.f32.nchw_n1c4i32x32k2f3x3s1x1p0x0d1x1g1_constw *1 resized"));
}

TEST_F(Models, OperatorsThatTheLibraryDoesNotKnow) {
  const ProblemList list = read(content_of("newer"));
  EXPECT_THAT(notes(list), IsEmpty());
  EXPECT_THAT(lines(list),
              ElementsAre("fwd.f32.nchw_n1c8i20x20k8f1x1s1x1p0x0d1x1g1_constw *1 first",
                          "fwd.f32.nchw_n1c3i24x26k4f1x1s1x1p0x0d1x1g1_constw *1 split",
                          "fwd.f32.nchw_n1c8i11x12k8f1x1s1x1p0x0d1x1g1_constw *1 last"));
}

TEST_F(Models, WhatCannotBeKnownIsNamedAndTheRestGoesOn) {
  const ProblemList list = read(content_of("lost"));
  EXPECT_THAT(lines(list),
              ElementsAre("fwd.f32.nchw_n1c4i6x6k4f3x3s1x1p0x0d1x1g1_constw *1 said_by_the_model",
                          "fwd.f32.nchw_n1c4i8x8k4f3x3s1x1p0x0d1x1g1_constw *1 fine"));
  EXPECT_THAT(
      notes(list),
      ElementsAre(
          "rejected input: node 'behind' (Conv) the shape of its source is not known, since "
          "that is not known behind node 'riddle' (Mystery)",
          "rejected input: node 'channels' (Conv) its source has 4 channels, its weights "
          "expect 5",
          "rejected input: node 'steps' (Conv) strides holds 0, which is out of range",
          "rejected input: node 'types' (Conv) convtune has no type for its source (number 9 "
          "of ONNX)"));
}

TEST_F(Models, GraphsAndFunctionsInside) {
  const ProblemList list = read(content_of("inner"));
  EXPECT_THAT(lines(list),
              ElementsAre("fwd.f32.nchw_n1c4i8x8k4f1x1s1x1p0x0d1x1g1_constw *1 then",
                          "fwd.f32.nchw_n1c4i8x8k4f3x3s1x1p0x0d1x1g1_constw *1 else",
                          "fwd.f32.nchw_n1c4i8x8k4f3x3s1x1p1x1d1x1g1_constw *1 turn",
                          "fwd.f32.nchw_n1c4i8x8k4f1x1s2x2p0x0d1x1g1_constw *1 call/conv",
                          "fwd.f32.nchw_n1c4i4x4k4f1x1s1x1p0x0d1x1g1_constw *1 after"));
  EXPECT_THAT(
      notes(list),
      ElementsAre("rejected input: node 'shrink' (Conv) the shape of its source is [1, 4, ?, "
                  "?], since that is not known behind node 'smaller' (Loop)"));
}

TEST_F(Models, OpenDimensionsAreAskedFor) {
  const ProblemList nothing = read(content_of("open"));
  EXPECT_THAT(
      notes(nothing),
      ElementsAre("rejected input: node 'first' (Conv) the shape of its source is [batch, 4, "
                  "height, width]: say --dim batch=SIZE --dim height=SIZE --dim width=SIZE",
                  "rejected input: node 'second' (Conv) the shape of its source is [u.0, 4, "
                  "8, 8]: say --dim u.0=SIZE"));
  const ProblemList all =
      read(content_of("open"), {{"batch", 1}, {"height", 5}, {"width", 6}, {"u.0", 3}});
  EXPECT_THAT(lines(all),
              ElementsAre("fwd.f32.nchw_n1c4i5x6k4f3x3s1x1p0x0d1x1g1_constw *1 first",
                          "fwd.f32.nchw_n3c4i8x8k4f3x3s1x1p0x0d1x1g1_constw *1 second"));
  EXPECT_THAT(notes(all), ElementsAre());
  DimensionNames open = {"of another"};
  (void)content_reader({{"batch", 1}}, &open)(content_of("open"), "input");
  EXPECT_THAT(open, ElementsAre("batch", "height", "of another", "u.0", "width"));
}

TEST_F(Models, NoGroupsAreNamed) {
  std::string model = content_of("mobilenet");
  const std::string before = "\x05group\x18";
  const std::size_t at = model.find(before);
  ASSERT_NE(at, std::string::npos);
  model[at + before.size()] = '\0';
  EXPECT_THAT(notes(read(model)),
              testing::Contains(testing::EndsWith("its group is 0, expected at least 1")));
}

TEST_F(Models, EveryDamagedOneIsReadOrRefusedInASentence) {
  const std::string whole = content_of("unet");
  const ContentReader here = content_reader({}, nullptr, ModelReading::here);
  for (std::size_t length = 1; length < whole.size(); ++length) {
    try {
      (void)here(whole.substr(0, length), "input");
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::bad_input);
      EXPECT_THAT(error.what(), HasSubstr("'input' is an ONNX model that cannot be read: it ends"));
    }
    std::string changed = whole;
    changed[length] = static_cast<char>(changed[length] ^ 0x15);
    try {
      (void)here(changed, "input");
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::bad_input);
    }
  }
}

}  // namespace
}  // namespace convtune
