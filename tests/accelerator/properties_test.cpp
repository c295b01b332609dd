#include "properties.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace convtune::cuda {
namespace {

TEST(Properties, AreJson) {
  const int sizes[3] = {1024, 512, 64};
  const auto json = nlohmann::json::parse(Properties()
                                              .add("deviceVer", 900)
                                              .add("maxBlockSize", sizes)
                                              .add("totalGlobalMem", std::int64_t{151397597184})
                                              .add("deviceName", "NVIDIA \"H200\"\\\n")
                                              .text());
  EXPECT_EQ(json["deviceVer"], 900);
  EXPECT_EQ(json["maxBlockSize"], (std::vector<int>{1024, 512, 64}));
  EXPECT_EQ(json["totalGlobalMem"], 151397597184);
  EXPECT_EQ(json["deviceName"], "NVIDIA  H200   ");
}

}  // namespace
}  // namespace convtune::cuda
