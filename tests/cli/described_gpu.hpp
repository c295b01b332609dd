#pragma once

/// A GPU that is not here, asked for as `h200`, where cuDNN is.

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "program.hpp"

namespace convtune {

using Json = nlohmann::ordered_json;

inline const std::string layer = "fwd.f32.nchw_n32c128i56x56k128f3x3s1x1p1x1d1x1g1";

/// Skips where cuDNN cannot be asked.
class DescribedGpu : public testing::Test {
 protected:
  void SetUp() override {
    const Json listed =
        program_.run({"list", "candidates", layer, "--device", "h200", "--json"}).document();
    if (listed["candidates"].empty())
      GTEST_SKIP() << listed["refusals"][0]["reason"].get<std::string>();
  }

  Json guess(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(),
                     {"select", layer, "--device", "h200", "--policy", "guess_once", "--json"});
    const Called called = program_.run(arguments);
    EXPECT_EQ(called.exit, 0) << called.err;
    return called.document();
  }

  Program program_;
};

}  // namespace convtune
