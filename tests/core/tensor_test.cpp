#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include <convtune/tensor.hpp>

namespace convtune {
namespace {

template <typename Element>
std::vector<Element> counted(const ConvProblem& problem, Role role) {
  std::vector<Element> values(static_cast<std::size_t>(elements(problem, role)));
  std::iota(values.begin(), values.end(), Element{0});
  return values;
}

TEST(FromPlain, PutsChannelsLast) {
  const ConvProblem problem = parse_problem("f32.nhwc_n2c3i2x2k2f1x2");
  const auto plain = counted<float>(problem, Role::source);
  std::vector<float> held(plain.size());
  from_plain(problem, Role::source, plain.data(), held.data());
  EXPECT_EQ(held, (std::vector<float>{0,  4,  8,  1,  5,  9,  2,  6,  10, 3,  7,  11,
                                      12, 16, 20, 13, 17, 21, 14, 18, 22, 15, 19, 23}));
}

TEST(FromPlain, KeepsFiltersOutermost) {
  const ConvProblem problem = parse_problem("f32.nhwc_n1c4i2x2k2f1x2g2");
  const auto plain = counted<float>(problem, Role::filter);  // {k 2, c/g 2, 1, 2}
  std::vector<float> held(plain.size());
  from_plain(problem, Role::filter, plain.data(), held.data());
  EXPECT_EQ(held, (std::vector<float>{0, 2, 1, 3, 4, 6, 5, 7}));
}

TEST(FromPlain, CopiesWhatIsPlainAlready) {
  for (const char* text :
       {"f16.nchw_n2c3i4k2f2", "f16.any_n2c3i4k2f2", "f16.nhwc:kcrs:nhwc_n2c3i4k2f2"}) {
    const ConvProblem problem = parse_problem(text);
    const auto plain = counted<std::uint16_t>(problem, Role::filter);
    std::vector<std::uint16_t> held(plain.size());
    from_plain(problem, Role::filter, plain.data(), held.data());
    EXPECT_EQ(held, plain) << text;
  }
}

TEST(FromPlain, LeavesBiasAsItIs) {
  const ConvProblem problem = parse_problem("f32.nhwc_n1c1i4k3f2_bias");
  const std::vector<float> plain = {1, 2, 3};
  std::vector<float> held(3);
  from_plain(problem, Role::bias, plain.data(), held.data());
  EXPECT_EQ(held, plain);
}

template <typename Element>
void expect_round_trip(const char* text, Role role) {
  const ConvProblem problem = parse_problem(text);
  ASSERT_EQ(sizeof(Element), size_of(type_of(problem, role)));
  const auto plain = counted<Element>(problem, role);
  std::vector<Element> held(plain.size()), again(plain.size());
  from_plain(problem, role, plain.data(), held.data());
  to_plain(problem, role, held.data(), again.data());
  EXPECT_EQ(again, plain) << text;
  EXPECT_NE(held, plain) << text;
}

TEST(ToPlain, IsTheInverseForEveryElementSizeAndRank) {
  for (const Role role : {Role::source, Role::filter, Role::destination}) {
    expect_round_trip<std::uint8_t>("u8.nhwc_n2c37i9k35f3", role);
    expect_round_trip<std::uint16_t>("bf16.nhwc_n2c37i9x8k35f3x2", role);
    expect_round_trip<float>("f32.nhwc_n2c70i9x8x7k35f3x2x2g5", role);
    expect_round_trip<double>("f64.nhwc_n1c65i40x3k33f2x3", role);
  }
}

TEST(FromPlain, DoesNothingForAnEmptyTensor) {
  const ConvProblem problem = parse_problem("f32.nhwc_n0c3i4k2f2");
  EXPECT_NO_THROW(from_plain(problem, Role::source, nullptr, nullptr));
  EXPECT_NO_THROW(to_plain(problem, Role::source, nullptr, nullptr));
}

}  // namespace
}  // namespace convtune
