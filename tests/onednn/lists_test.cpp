// The candidates are what the library itself lists, found independently.
#include <set>

#include <gtest/gtest.h>

#include <kernels/list.hpp>

#include "check.hpp"
#include "process.hpp"

namespace convtune {
namespace {

using Names = std::set<std::string>;

class Lists : public testing::TestWithParam<const char*> {
 protected:
  const Implementation& convolution = *find_implementation("onednn.convolution");
  const ConvProblem problem = parse_problem(GetParam());
  const Offer offer = convolution.offer(problem, test_device());

  // A fresh process for each algorithm and each request.
  std::vector<std::string> listed(const std::string& algorithm, const std::string& layouts) const {
    return lines_of(std::string(ONEDNN_LISTS) + ' ' + algorithm + ' ' + layouts + " '" +
                    text(problem) + "'");
  }

  // "direct/jit:avx512_core/nChw16c" -> "jit:avx512_core".
  Names offered(const std::string& algorithm) const {
    Names names;
    const auto keep = [&](const std::string& configuration) {
      if (!configuration.starts_with(algorithm + '/')) return;
      const std::size_t begin = algorithm.size() + 1;
      names.insert(configuration.substr(begin, configuration.find('/', begin) - begin));
    };
    for (const Candidate& candidate : offer.candidates) keep(candidate.configuration);
    return names;
  }
};

TEST_P(Lists, HaveTheSameKernelsAsTheLibrary) {
  for (const char* algorithm : {"direct", "winograd"}) {
    SCOPED_TRACE(algorithm);
    Names expected;
    for (const char* layouts : {"any", "held"})
      expected.merge([&] {
        const auto lines = listed(algorithm, layouts);
        return Names(lines.begin(), lines.end());
      }());
    EXPECT_EQ(offered(algorithm), expected);
  }
}

TEST_P(Lists, StartWithTheBaseline) {
  const auto lines = listed("auto", "any");
  std::vector<Candidate> baselines;
  for (const Candidate& candidate : offer.candidates)
    if (candidate.baseline) baselines.push_back(candidate);
  ASSERT_EQ(baselines.size(), lines.empty() ? 0U : 1U);
  if (lines.empty()) return;
  EXPECT_EQ(baselines[0].configuration, "default");
  EXPECT_NE(baselines[0].notes.find(": " + lines[0] + ','), std::string::npos)
      << baselines[0].notes << " should be " << lines[0];
}

INSTANTIATE_TEST_SUITE_P(
    Onednn, Lists,
    testing::Values("fwd.f32.any_n1c64i56x56k64f3x3s1x1p1x1d1x1g1_constw",
                    "fwd.f32.nchw_n4c64i28x28k64f3x3s1x1p1x1d1x1g1",
                    "fwd.f32.nhwc_n1c64i28x28k64f3x3s1x1p1x1d1x1g1_bias_relu_acc",
                    "fwd.f32.any_n1c3i224x224k64f7x7s2x2p3x3d1x1g1",
                    "fwd.f32.nchw_n1c256i14x14k512f1x1s2x2p0:-1x0:-1d1x1g1",
                    "fwd.f32.nchw_n1c96i28x28k96f5x5s1x1p2x2d1x1g96_relu",
                    "fwd.f32.any_n2c17i40k20f3s1p1d1g1",
                    "fwd.f32.nchw_n1c16i9x9x9k16f3x3x3s1x1x1p1x1x1d1x1x1g1",
                    "fwd.f32.any_n1c32i20x20k64f3x3s1x1p2x2d2x2g2",
                    "fwd.bf16.any_n1c64i28x28k64f3x3s1x1p1x1d1x1g1",
                    "fwd.bf16:bf16:f32.nchw_n1c64i28x28k64f1x1s1x1p0x0d1x1g1",
                    "bwdd.f32.any_n4c64i28x28k64f3x3s1x1p1x1d1x1g1",
                    "bwdd.bf16.nchw_n1c64i28x28k64f3x3s1x1p1x1d1x1g1",
                    "bwdw.f32.nhwc_n4c64i28x28k64f3x3s1x1p1x1d1x1g1",
                    "bwdw.bf16.any_n1c48i14x14k48f3x3s1x1p1x1d1x1g48"),
    [](const auto& tested) { return "Case" + std::to_string(tested.index); });

}  // namespace
}  // namespace convtune
