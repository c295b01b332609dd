// cpu.winograd: its algebra, what it takes, every instruction set around the edges of its tiles,
// and bounds that let no wrong product through.
#include <cmath>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "cpu/winograd/axis.hpp"
#include "cpu/winograd/configuration.hpp"
#include "cpu/winograd/transforms.hpp"
#include "kernels/list.hpp"
#include "support/agreement.hpp"
#include "support/one_product_less.hpp"
#include "support/problems.hpp"
#include "support/run.hpp"

namespace convtune::winograd {
namespace {

using namespace testing_support;
using testing::HasSubstr;

const Implementation& implementation() {
  return *find_implementation("cpu.winograd");
}

// y_i is the sum of d_{i+k} g_k: what the three matrices make of every pair of inputs.
template <class Axis>
double largest_deviation(const Axis& axis) {
  constexpr int outputs = Axis::outputs, taps = Axis::taps;
  double worst = 0;
  for (int i = 0; i < outputs; ++i)
    for (int l = 0; l < axis.points; ++l)
      for (int k = 0; k < taps; ++k) {
        double sum = 0;
        for (int j = 0; j < axis.points; ++j)
          sum += axis.inverse[i][j] * axis.input[j][l] * axis.filter[j][k];
        worst = std::max(worst, std::abs(sum - (l == i + k ? 1 : 0)));
      }
  return worst;
}

TEST(Winograd, ItsMatricesMakeCorrelations) {
  EXPECT_EQ(largest_deviation(f2x2), 0);
  EXPECT_EQ(largest_deviation(f3x2), 0);
  EXPECT_LT(largest_deviation(f4x2), 1e-15);
  EXPECT_EQ(largest_deviation(f2x3), 0);
  EXPECT_LT(largest_deviation(f4x3), 1e-15);
  EXPECT_LT(largest_deviation(f6x3), 1e-14);
  EXPECT_LT(largest_deviation(f2x5), 1e-15);
  EXPECT_LT(largest_deviation(f4x5), 1e-14);
  EXPECT_LT(largest_deviation(f2x7), 1e-14);
}

TEST(Winograd, LargerTilesGrowErrorsMore) {
  EXPECT_LT(f2x3.growth_squared(), f4x3.growth_squared());
  EXPECT_LE(f2x3s2.growth_squared(), f3x3s2.growth_squared());
  EXPECT_LT(f3x3s2.growth_squared(), f4x3s2.growth_squared());
  EXPECT_LT(f4x3.growth_squared(), f6x3.growth_squared());
  // Against the textbook's points.
  EXPECT_LT(f4x3.growth_squared(), (TileAxis<4, 3>::at(std::array{1.0, 2.0})).growth_squared() / 3);
  EXPECT_NEAR(growth({.taps = {1, 3, 3}, .outputs = 2}), f2x3.growth_squared(), 1e-12);
}

TEST(Winograd, ConfigurationsAreWrittenInOneWay) {
  for (const char* const each :
       {"f2.14x2.rows3", "f4.6x4.filters", "f6.1x1.rows12", "f4.14x2.filters.channels96",
        "f6.13x2.rows1x28", "f4.14x2.filters4", "f3.7x1.filters1x9.channels16"}) {
    const auto parsed = parse_configuration(each);
    ASSERT_TRUE(parsed) << each;
    EXPECT_EQ(text(*parsed), each);
  }
  for (const char* const each :
       {"", "f2", "f2.14x2", "f2.14x2.rows0", "f02.14x2.rows1", "f2.14x2.rows3 ",
        "f2.14x2.filters0", "f2.14x2.filtersx4", "f2.14x2.rows", "f2.14x2.rows1x0", "f2.-1x2.rows1",
        "f2.14x2.rows99999999999999999999", "g2.14x2.rows1", "f2.14x2.rows1.channels0",
        "f2.14x2.rows1.channels"})
    EXPECT_FALSE(parse_configuration(each)) << each;
}

TEST(Winograd, SaysWhatItDoesNotTake) {
  const auto reason = [](const char* problem) {
    const Offer offer = implementation().offer(parse_problem(problem), test_device(1));
    EXPECT_TRUE(offer.candidates.empty()) << problem;
    return offer.refusals.empty() ? "" : offer.refusals.front().reason;
  };
  EXPECT_THAT(reason("fwd.f32.nchw_n1c4i9x9k4f3x3s3x3p1x1d1x1g1"), HasSubstr("stride"));
  EXPECT_THAT(reason("fwd.f32.nchw_n1c4i9x9k4f3x3s2x1p1x1d1x1g1"), HasSubstr("stride"));
  EXPECT_THAT(reason("fwd.f32.nchw_n1c4i9x9k4f7x7s2x2p1x1d1x1g1"), HasSubstr("stride"));
  EXPECT_THAT(reason("fwd.f32.nchw_n1c4i9x9k4f3x3s2x2p1x1d2x2g1"), HasSubstr("dilated"));
  EXPECT_THAT(reason("fwd.f32.nchw_n1c4i9x9k4f1x1s1x1p0x0d1x1g1"), HasSubstr("3x3"));
  EXPECT_THAT(reason("fwd.f32.nchw_n1c4i9x9k4f3x5s1x1p0x0d1x1g1"), HasSubstr("3x3"));
  EXPECT_THAT(reason("fwd.f32.nhwc_n1c4i9x9k4f3x3s1x1p1x1d1x1g1"), HasSubstr("channels first"));
  EXPECT_THAT(reason("fwd.bf16.nchw_n1c4i9x9k4f3x3s1x1p1x1d1x1g1"), HasSubstr("f32"));
  EXPECT_THAT(reason("bwdd.f32.nchw_n1c4i9x9k4f3x3s1x1p1x1d1x1g1"), HasSubstr("forward"));
}

TEST(Winograd, PreparesNothingElse) {
  const ConvProblem problem = parse_problem("fwd.f32.nchw_n1c4i9x9k4f3x3s1x1p1x1d1x1g1");
  Candidate candidate = implementation().offer(problem, test_device(1)).candidates.front();
  for (const char* const each :
       {"f3.2x2.rows1", "f2.99x2.rows1", "f2.2x3.rows1", "f2.2x1.rows1.channels7", "direct"}) {
    candidate.configuration = each;
    EXPECT_THROW(implementation().prepare(problem, candidate, test_device(1)), Error) << each;
  }
}

// Images of one tile less a pixel, of one tile, and of one more, with channels around a vector.
std::vector<std::string> around_tiles(const char* filter, int rank, int least) {
  std::vector<std::string> all;
  const int sizes[] = {least, 7, 13, 18};
  const int channels[] = {1, 5, 16, 19};
  for (int i = 0; i < 4; ++i) {
    const int size = std::max(least, sizes[i]);
    std::string image = fmt::format("{}", size + i % 2);
    for (int axis = 1; axis < rank; ++axis) image += fmt::format("x{}", size);
    for (const char* const tail : {"", "_constw_bias_relu"})
      all.push_back(fmt::format("fwd.f32.nchw_n2c{}i{}k{}{}{}", channels[i], image,
                                channels[3 - i] + 1, filter, tail));
  }
  return all;
}

TEST(Winograd, AgreesAroundItsTilesOnEveryInstructionSet) {
  std::vector<std::string> problems;
  for (const auto& [filter, rank, least] : {std::tuple{"f3x3s1x1p1x1d1x1g1", 2, 3},
                                            {"f3x3s1x1p0x2d1x1g1_flip", 2, 3},
                                            {"f5x5s1x1p2x2d1x1g1", 2, 5},
                                            {"f1x3s1x1p0x1d1x1g1", 2, 3},
                                            {"f3x1s1x1p2x0d1x1g1", 2, 3},
                                            {"f1x7s1x1p0x3d1x1g1", 2, 7},
                                            {"f7x1s1x1p3x0d1x1g1", 2, 7},
                                            {"f3s1p1d1g1", 1, 3},
                                            {"f3x3x3s1x1x1p1x0x1d1x1x1g1", 3, 3},
                                            {"f3x3s1x1p2x3d2x3g1", 2, 7},
                                            {"f3x3s2x2p1x1d1x1g1", 2, 3},
                                            {"f3x3s2x2p2x0d1x1g1_flip", 2, 3},
                                            {"f5x5s2x2p2x1d1x1g1", 2, 5},
                                            {"f1x3s1x2p0x1d1x1g1", 2, 3},
                                            {"f3s2p1d1g1", 1, 3},
                                            {"f3x1x1s1x1x1p1x0x0d1x1x1g1", 3, 3},
                                            {"f3x3x3s2x2x2p1x0x1d1x1x1g1", 3, 3}})
    for (std::string& each : around_tiles(filter, rank, least)) problems.push_back(std::move(each));
  // Few products, and tiles next to wide borders: an output that sees nothing else has its share of
  // the error of its tile.
  for (const char* const each :
       {"fwd.f32.nchw_n1c4i12x12k5f3x3s1x1p20x20d1x1g1",
        "fwd.f32.nchw_n1c1i5x5k1f3x3s1x1p7x7d1x1g1", "fwd.f32.nchw_n3c1i2x3k16f3x3s1x1p6x3d1x1g1",
        "fwd.f32.nchw_n3c2i2x33k32f3x3s1x1p6x1d1x1g2"})
    problems.emplace_back(each);
  expect_agreement_on_every_isa(implementation(), problems, {Gate::exact, Gate::scaled});
}

TEST(Winograd, SomeGetAlongWithAMebibyte) {
  for (const int threads : {1, 2})
    for (const char* const each : {"fwd.f32.nchw_n1c512i28x28k512f3x3s1x1p1x1d1x1g1_constw",
                                   "fwd.f32.nchw_n1c64i224x224k64f3x3s1x1p1x1d1x1g1_constw",
                                   "fwd.f32.nchw_n4c1024i13x13k1024f3x3s1x1p1x1d1x1g1_constw",
                                   "fwd.f32.nchw_n1c3i1000000000x3k16f3x3s1x1p1x1d1x1g1_constw",
                                   "fwd.f32.nchw_n1c3i3x1000000000k16f3x3s1x1p1x1d1x1g1_constw",
                                   "fwd.f32.nchw_n1c32i1080x1920k16f3x3s2x2p1x1d1x1g1_constw"}) {
      const ConvProblem problem = parse_problem(each);
      EXPECT_TRUE(std::ranges::any_of(
          implementation().offer(problem, test_device(threads)).candidates,
          [](const Candidate& one) { return one.workspace_bytes <= std::size_t{1} << 20; }))
          << each << ' ' << threads;
    }
}

// Which are offered for larger problems only.
TEST(Winograd, PiecesOfRowsAndPartsOfTheChannelsAgree) {
  for (const char* const each : {"fwd.f32.nchw_n2c37i9x11k19f3x3s1x1p1x1d1x1g1_constw_bias_relu",
                                 "fwd.f32.nchw_n1c40i7x18k34f3x3s1x1p1x1d1x1g2_bias_relu",
                                 "fwd.f32.nchw_n1c33i13x9k5f5x5s2x2p2x2d1x1g1_flip_acc",
                                 "fwd.f32.nchw_n1c18i9x23k20f3x3s1x1p2x2d2x2g1_bias",
                                 "fwd.f64.nchw_n1c20i8x8k9f3x3s1x1p1x1d1x1g1_acc_bias",
                                 "fwd.f32.nchw_n1c48i4x6x7k17f3x3x3s1x1x1p1x1x1d1x1x1g1_relu"}) {
    const ConvProblem problem = parse_problem(each);
    const Case given(problem, Gate::scaled);
    for (const Device& device : devices_of_every_isa())
      for (Candidate candidate : implementation().offer(problem, device).candidates) {
        Configuration c = *parse_configuration(candidate.configuration);
        if (c.channels == 0) c.channels = 16;
        c.share_filters = !c.share_filters;
        c.rows = std::max<std::int64_t>(c.rows, 1);
        c.columns = c.registers.vectors;
        candidate.configuration = text(c);
        candidate.workspace_bytes =
            implementation().prepare(problem, candidate, device)->workspace_bytes();
        ASSERT_TRUE(agrees(given, implementation(), candidate, device))
            << name(device.isa) << ' ' << reproduction(problem, candidate);
      }
  }
}

// What is forced is what runs: memory is laid out for its vectors.
TEST(Winograd, InstructionSetsPackFiltersForTheirVectors) {
  const ConvProblem problem = parse_problem("fwd.f32.nchw_n1c4i9x9k3f3x3s1x1p1x1d1x1g1_constw");
  Device device = test_device(1);
  std::vector<std::size_t> bytes;
  for (const Isa isa : {Isa::generic, Isa::avx2, Isa::avx512}) {
    device.isa = isa;
    const Candidate candidate = implementation().offer(problem, device).candidates.front();
    bytes.push_back(implementation().prepare(problem, candidate, device)->bytes(Role::filter));
  }
#if defined(__x86_64__)
  EXPECT_THAT(bytes, testing::ElementsAre(4 * 16 * 4 * 4, 8 * 16 * 4 * 4, 16 * 16 * 4 * 4));
#endif
}

// The bound of each tile size is far below what one product too few makes of one output.
TEST(Winograd, ItsBoundsLetNoWrongProductThrough) {
  const ConvProblem problem = parse_problem("fwd.f32.nchw_n1c64i14x14k16f3x3s1x1p1x1d1x1g1");
  const double products = 64 * 9, epsilon = 0x1p-23;
  for (const Candidate& each : implementation().offer(problem, test_device(1)).candidates)
    EXPECT_LT(each.error_factor * epsilon * 20, 1 / products) << text(each);
}

TEST(Winograd, OneProductLessIsFound) {
  expect_one_product_less_is_found(implementation());
}

TEST(Winograd, NothingToComputeIsFine) {
  for (const char* const each :
       {"fwd.f32.nchw_n0c4i9x9k4f3x3s1x1p1x1d1x1g1", "fwd.f32.nchw_n1c0i9x9k4f3x3s1x1p1x1d1x1g1"}) {
    const ConvProblem problem = parse_problem(each);
    const Offer offer = implementation().offer(problem, test_device(2));
    for (const Candidate& candidate : offer.candidates)
      EXPECT_TRUE(agrees(Case(problem, Gate::exact), implementation(), candidate, test_device(2)))
          << each;
  }
}

}  // namespace
}  // namespace convtune::winograd
