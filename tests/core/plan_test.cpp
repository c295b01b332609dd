#include <vector>

#include <gtest/gtest.h>

#include <convtune/implementation.hpp>

namespace convtune {
namespace {

class PlainPlan : public Plan {
 public:
  using Plan::Plan;
  std::string configuration() const override { return ""; }
  void run(const Buffers&) override {}
};

TEST(Plan, HasTheLayoutsOfItsProblem) {
  EXPECT_EQ(PlainPlan(parse_problem("f32.nchw_n1c1i4k1f2")).layouts(),
            (Layouts{"nchw", "kcrs", "nchw"}));
  EXPECT_EQ(PlainPlan(parse_problem("f32.nhwc_n1c1i4k1f2")).layouts(),
            (Layouts{"nhwc", "krsc", "nhwc"}));
  EXPECT_EQ(PlainPlan(parse_problem("f32.any_n1c1i4k1f2")).layouts(),
            (Layouts{"nchw", "kcrs", "nchw"}));
  EXPECT_EQ(PlainPlan(parse_problem("f32.nhwc:kcrs:nchw_n1c1i4k1f2")).layouts(),
            (Layouts{"nhwc", "kcrs", "nchw"}));
}

TEST(Plan, LoadsAndUnloadsTheProblemsLayouts) {
  const PlainPlan plan(parse_problem("f32.nhwc_n1c2i3k1f1"));
  ASSERT_EQ(plan.bytes(Role::source), 24u);
  EXPECT_EQ(plan.workspace_bytes(), 0u);
  const std::vector<float> plain = {1, 2, 3, 4, 5, 6};
  std::vector<float> held(6), again(6);
  plan.load(Role::source, plain.data(), held.data());
  EXPECT_EQ(held, (std::vector<float>{1, 4, 2, 5, 3, 6}));
  plan.unload(Role::source, held.data(), again.data());
  EXPECT_EQ(again, plain);
}

}  // namespace
}  // namespace convtune
