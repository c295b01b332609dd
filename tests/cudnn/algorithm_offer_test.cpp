// Legacy algorithms as candidates, and the engines that are the same.
#include "algorithm_offer.hpp"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>

#include "algorithm_engines.hpp"
#include "candidates.hpp"
#include "h200.hpp"
#include "recorded_legacy.hpp"

namespace convtune::cudnn {
namespace {

using testing::HasSubstr;

Offer present(const char* problem) {
  return list_algorithms(parse_problem(problem), [&](cudnnMathType_t math) {
    return Legacy(parse_problem(problem), math, no_handle(), double_of_legacy());
  });
}

const Candidate* find(const Offer& offer, const std::string& configuration) {
  const auto found = std::ranges::find(offer.candidates, configuration, &Candidate::configuration);
  return found == offer.candidates.end() ? nullptr : &*found;
}

std::string refusal(const Offer& offer, const std::string& configuration) {
  for (const Refusal& each : offer.refusals)
    if (each.configuration == configuration) return each.reason;
  return "";
}

constexpr const char* layer = "fwd.f32.nchw_n32c128i56x56k128f3x3s1x1p1x1d1x1g1";

// With the double's answers: not what cuDNN supports on a GPU.
TEST(CudnnAlgorithmOffer, HasWhatTheLibrarySupportsUnderEachMathType) {
  recorded = {.workspace = {{0, 0}, {1, 4608}, {4, 1 << 20}},
              .ranked = {{1, CUDNN_DEFAULT_MATH}, {4, CUDNN_DEFAULT_MATH}, {1, CUDNN_FMA_MATH}}};
  const Offer offer = present(layer);
  EXPECT_EQ(offer.candidates.size(), 9U);
  const Candidate* const small = find(offer, "small:fma");
  ASSERT_NE(small, nullptr);
  EXPECT_EQ(text(*small), "cudnn.algorithm/small:fma");
  EXPECT_EQ(small->precision, Precision::strict);
  EXPECT_EQ(small->workspace_bytes, 4608U);
  EXPECT_TRUE(small->deterministic);
  EXPECT_THAT(small->tags, testing::ElementsAre("cudnn", "conv_dnn", "default",
                                                "implicit_precomp_gemm", "aligned"))
      << "the legacy interface is not told of alignment";
  EXPECT_FALSE(small->unranked);
  EXPECT_TRUE(find(offer, "none")->unranked);
  EXPECT_TRUE(find(offer, "fft")->inexact);
  EXPECT_EQ(find(offer, "small")->precision, Precision::tf32);
  EXPECT_TRUE(std::ranges::is_sorted(offer.candidates, {}, [](const Candidate& each) {
    return std::pair(each.unranked, each.slowdown);
  }));
  EXPECT_THAT(refusal(offer, "large:fma"), testing::StartsWith("NOT_SUPPORTED"));
  EXPECT_THAT(refusal(offer, "direct"), HasSubstr("no version"));
  EXPECT_EQ(refusal(offer, "direct:fma"), "") << "said once for all math types";
}

TEST(CudnnAlgorithmOffer, AsksTheLibraryNothingThatIsKnownToBeRefused) {
  recorded = {.workspace = {{4, 0}}};
  const Offer strided = present("fwd.f32.nchw_n32c128i56x56k128f3x3s2x2p1x1d1x1g1");
  EXPECT_TRUE(strided.candidates.empty());
  EXPECT_EQ(refusal(strided, "fft"), "it takes stride 1 only");
}

TEST(CudnnAlgorithmOffer, KnowsWhatIsNotDeterministic) {
  recorded = {.workspace = {{0, 0}, {1, 0}, {3, 0}}};
  const Offer offer = present("bwdw.f64.nchw_n32c128i56x56k128f3x3s1x1p1x1d1x1g1");
  EXPECT_FALSE(find(offer, "none")->deterministic);
  EXPECT_TRUE(find(offer, "deterministic")->deterministic);
  EXPECT_FALSE(find(offer, "small")->deterministic);
  EXPECT_THAT(find(offer, "small")->tags, testing::Contains("algo_3"));
}

TEST(CudnnAlgorithmOffer, OfADescribedGpuNamesTheEngineThatIsTheSame) {
  const Offer offer = refuse_algorithms(parse_problem(layer));
  EXPECT_TRUE(offer.candidates.empty());
  EXPECT_EQ(offer.refusals.size(), algorithms(Direction::forward).size());
  EXPECT_THAT(refusal(offer, "none"), HasSubstr("cudnn.engine/0 is the same"));
  EXPECT_THAT(refusal(offer, "small"), HasSubstr("cudnn.engine/1 is the same"));
  EXPECT_THAT(refusal(offer, "large"), HasSubstr("cudnn.engine/2 is the same"));
  EXPECT_THAT(refusal(offer, "winograd"), HasSubstr("no engine is known"));
  EXPECT_THAT(refusal(offer, "direct"), HasSubstr("no version"));
}

TEST(CudnnAlgorithmOffer, RefusesAsAWholeWhatNoDescriptorSays) {
  for (const Offer& offer :
       {present("fwd.f32.nchw_n1c8i8x8k8f3x3s1x1p0:1x1d1x1g1"),
        refuse_algorithms(parse_problem("fwd.f32.nchw_n1c8i8x8k8f3x3s1x1p0:1x1d1x1g1"))}) {
    ASSERT_EQ(offer.refusals.size(), 1U);
    EXPECT_EQ(offer.refusals[0].configuration, "");
    EXPECT_THAT(offer.refusals[0].reason, HasSubstr("one padding"));
  }
}

struct Identity {
  const char* problem;
  const char* engine;
  const char* tag;
};

class EngineThatIs : public testing::TestWithParam<Identity> {};

// By name: it is the engine's text that ends at a knob or with the number.
TEST_P(EngineThatIs, CarriesTheTagOfItsAlgorithm) {
  CONVTUNE_SKIP_UNLESS_919();
  const Offer offer = list_candidates(parse_problem(GetParam().problem), h200());
  std::set<std::string> tagged;
  for (const Candidate& each : offer.candidates)
    if (std::ranges::find(each.tags, GetParam().tag) != each.tags.end())
      tagged.insert(each.configuration.substr(0, each.configuration.find(':')));
  EXPECT_EQ(tagged, std::set<std::string>{GetParam().engine});
}

INSTANTIATE_TEST_SUITE_P(
    H200, EngineThatIs,
    testing::Values(Identity{layer, "0", "implicit_gemm"},
                    Identity{layer, "1", "implicit_precomp_gemm"}, Identity{layer, "2", "large"},
                    Identity{"bwdd.f32.nchw_n32c128i56x56k128f3x3s1x1p1x1d1x1g1", "25", "algo_0"},
                    Identity{"bwdd.f64.nchw_n32c128i56x56k128f3x3s1x1p1x1d1x1g1", "1", "algo_1"},
                    Identity{"bwdw.f32.nchw_n32c128i56x56k128f3x3s1x1p1x1d1x1g1", "20", "algo_0"},
                    Identity{"bwdw.f64.nchw_n32c128i56x56k128f3x3s1x1p1x1d1x1g1", "1", "algo_1"}),
    [](const auto& tested) {
      return std::string(tested.param.tag) + "_" + std::to_string(tested.index);
    });

struct Evidence {
  std::int64_t engine;
  const char* problem;
  const char* words;
};

// Where the library refuses these engines it names what they are.
TEST(EnginesOfGradients, NameTheirAlgorithmWhenTheyRefuse) {
  CONVTUNE_SKIP_UNLESS_919();
  for (const auto& [engine, problem, words] :
       {Evidence{25, "bwdd.f16.nchw_n2c8i9x9k8f3x3s1x1p1x1d1x1g1_accf16", "BackwardData_algo0_"},
        Evidence{1, "bwdd.f32.nchw_n2c8i9x9k8f3x3s1x1p1x1d2x2g1", "BackwardData_algo1_supported"},
        Evidence{2, "bwdd.f32.nchw_n2c8i9x9k8f3x3s1x1p1x1d2x2g1", "BackwardData_algo1_1_"}}) {
    const Engines engines(graph(parse_problem(problem), {}), h200());
    const auto found = engines.check({.engine = engine, .knobs = {}});
    ASSERT_TRUE(std::holds_alternative<Unsupported>(found)) << engine;
    EXPECT_THAT(std::get<Unsupported>(found).reason, HasSubstr(words)) << engine;
  }
}

TEST(EnginesOfGradients, AreNoneWhoseNotesSpeakAgainstIt) {
  Supported engine{.configuration = {.engine = 20, .knobs = {}},
                   .numerical_notes = {CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC},
                   .behavior_notes = {},
                   .descriptor = h200()};
  ASSERT_NE(algorithm_of(Direction::backward_weights, engine), nullptr);
  EXPECT_EQ(algorithm_of(Direction::backward_weights, engine)->name, "none");
  engine.numerical_notes.clear();
  EXPECT_EQ(algorithm_of(Direction::backward_weights, engine), nullptr);
  EXPECT_EQ(algorithm_of(Direction::forward, engine), nullptr);
}

}  // namespace
}  // namespace convtune::cudnn
