#include "configuration.hpp"

#include <gtest/gtest.h>

namespace convtune::cudnn {
namespace {

TEST(CudnnConfiguration, RoundTripsAsText) {
  const Configuration configuration{
      .engine = 62, .knobs = {{CUDNN_KNOB_TYPE_TILE_SIZE, 5}, {CUDNN_KNOB_TYPE_TILE_CGA_M, 8}}};
  EXPECT_EQ(text(configuration), "62:TILE_SIZE=5,TILE_CGA_M=8");
  EXPECT_EQ(parse_configuration("62:TILE_SIZE=5,TILE_CGA_M=8"), configuration);
  EXPECT_EQ(parse_configuration("0"), Configuration{});
}

TEST(CudnnConfiguration, NamesEveryKnobThatThereIs) {
  for (int type = 0; type < CUDNN_KNOB_TYPE_COUNTS; ++type) {
    const Configuration configuration{.engine = 1,
                                      .knobs = {{static_cast<cudnnBackendKnobType_t>(type), -3}}};
    EXPECT_EQ(parse_configuration(text(configuration)), configuration) << text(configuration);
  }
}

TEST(CudnnConfiguration, TakesNothingThatItDoesNotWrite) {
  for (const char* wrong : {"", "x", "62:", "62:TILE_SIZE", "62:TILE_SIZE=", "62:TILE_SIZE=5,",
                            "62:TILE_SIZE=5 ", "62:SIZE_OF_TILE=5", "62,TILE_SIZE=5", " 62", "062",
                            "62:TILE_SIZE=05", "62:TILE_SIZE=99999999999999999999"})
    EXPECT_FALSE(parse_configuration(wrong)) << wrong;
}

}  // namespace
}  // namespace convtune::cudnn
