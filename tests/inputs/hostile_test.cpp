// Models that want to end the program: the convolutions beside the evil are read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "listed.hpp"
#include "read.hpp"

namespace convtune {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* both = "fwd.f32.nchw_n1c4i8x8k4f1x1s1x1p0x0d1x1g1_constw *2 before after";

class Hostile : public testing::Test {
 protected:
  void SetUp() override {
    if (onnx_library_version().empty()) GTEST_SKIP() << "this build has no libonnx";
  }
};

TEST_F(Hostile, DividesByZero) {
  const ProblemList list = read(content_of("divided"));
  EXPECT_THAT(lines(list), ElementsAre(both));
  const std::vector<std::string> said = notes(list);
  ASSERT_FALSE(said.empty());
  if (said.size() == 2) {  // newer versions of libonnx do not divide
    EXPECT_EQ(said[0],
              "input: node 'split' (SplitToSequence) libonnx ended in a division by zero and is "
              "not asked about operators of this kind in this model");
  }
  EXPECT_EQ(said.back(),
            "rejected input: node 'behind' (Conv) the shape of its source is not known, since that "
            "is not known behind node 'split' (SplitToSequence)");
}

TEST_F(Hostile, IsNestedWithoutEnd) {
  const ProblemList list = read(content_of("deep"));
  EXPECT_THAT(lines(list), ElementsAre(both));
  EXPECT_THAT(notes(list),
              ElementsAre(HasSubstr("again' (Again) functions that call each other more than 16 "
                                    "deep are not read"),
                          "rejected input: node 'if16' (If) graphs that are nested more than 16 "
                          "deep are not read"));
}

TEST_F(Hostile, GrowsWithoutEnd) {
  const ProblemList list = read(content_of("bombs"));
  EXPECT_THAT(lines(list), ElementsAre(both));
  EXPECT_THAT(notes(list),
              ElementsAre("rejected input: node 'loop15' (Loop) it computes more than 500 000 "
                          "nodes: it is not read further",
                          HasSubstr("rejected input: node 'large' (Conv) the shape of its source "
                                    "is [1, 4, ?, ?]")));
}

}  // namespace
}  // namespace convtune
