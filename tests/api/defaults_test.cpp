#include <map>

#include <gmock/gmock.h>

#include <convtune/defaults.hpp>
#include <convtune/error.hpp>

namespace convtune {
namespace {

Defaults read(const std::map<std::string, std::string>& variables) {
  return read_defaults([&](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

TEST(Defaults, AreTheanos) {
  const Defaults usual = read({});
  EXPECT_EQ(usual.algo(Direction::forward), "small");
  EXPECT_EQ(usual.algo(Direction::backward_data), "none");
  EXPECT_EQ(usual.algo(Direction::backward_weights), "none");
  EXPECT_EQ(usual.precision, PrecisionRule::as_input_f32);
  EXPECT_EQ(usual.metaopt_verbose, 0);
  EXPECT_TRUE(usual.metaopt_including.empty() && usual.metaopt_excluding.empty());
  EXPECT_EQ(usual.cudnn, Defaults::Cudnn::automatic);
}

TEST(Defaults, ComeFromTheEnvironment) {
  const Defaults read_ones = read({{"CONVTUNE_ALGO_FWD", "time_once"},
                                   {"CONVTUNE_ALGO_BWD_DATA", "deterministic"},
                                   {"CONVTUNE_ALGO_BWD_FILTER", ""},
                                   {"CONVTUNE_PRECISION", "float64"},
                                   {"CONVTUNE_METAOPT_VERBOSE", "2"},
                                   {"CONVTUNE_METAOPT_INCLUDING", "alternative"},
                                   {"CONVTUNE_METAOPT_EXCLUDING", "conv_dnn:default"},
                                   {"CONVTUNE_EXCLUDING", "fft,winograd,"},
                                   {"CONVTUNE_CUDNN", "False"}});
  EXPECT_EQ(read_ones.algo_fwd, "time_once");
  EXPECT_EQ(read_ones.algo_bwd_data, "deterministic");
  EXPECT_EQ(read_ones.algo_bwd_filter, "none");
  EXPECT_EQ(read_ones.precision, PrecisionRule::float64);
  EXPECT_EQ(read_ones.metaopt_verbose, 2);
  EXPECT_EQ(read_ones.metaopt_including, Tags{"alternative"});
  EXPECT_EQ(read_ones.metaopt_excluding, (Tags{"conv_dnn", "default"}));
  EXPECT_EQ(read_ones.narrowed({.exclude = {"legacy"}}).exclude,
            (Tags{"legacy", "fft", "winograd", "cudnn"}));
}

TEST(Defaults, TheOlderNameSetsBothGradients) {
  const Defaults both = read({{"CONVTUNE_ALGO_BWD", "deterministic"}});
  EXPECT_EQ(both.algo_bwd_data, "deterministic");
  EXPECT_EQ(both.algo_bwd_filter, "deterministic");
  const Defaults one =
      read({{"CONVTUNE_ALGO_BWD", "deterministic"}, {"CONVTUNE_ALGO_BWD_FILTER", "fft"}});
  EXPECT_EQ(one.algo_bwd_data, "deterministic");
  EXPECT_EQ(one.algo_bwd_filter, "fft");
}

TEST(Defaults, IncludingCudnnDemandsItAndConvMetaTimes) {
  EXPECT_EQ(read({{"CONVTUNE_INCLUDING", "cudnn"}}).narrowed({}).require, "cudnn");
  EXPECT_EQ(read({{"CONVTUNE_CUDNN", "True"}}).narrowed({}).require, "cudnn");
  EXPECT_EQ(read({}).narrowed({}).require, "");
  EXPECT_EQ(read({{"CONVTUNE_INCLUDING", "conv_meta"}}).algo(Direction::backward_data),
            "time_on_shape_change");
}

std::string refusal(const std::map<std::string, std::string>& variables) {
  try {
    read(variables);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_input);
    return error.what();
  }
  return "nothing was refused";
}

TEST(Defaults, RefuseWhatThereIsNot) {
  EXPECT_THAT(refusal({{"CONVTUNE_ALGO_FWD", "deterministic"}}),
              testing::StartsWith("CONVTUNE_ALGO_FWD is 'deterministic'; expected one of none, "));
  EXPECT_THAT(refusal({{"CONVTUNE_ALGO_BWD", "small"}}), testing::HasSubstr("deterministic"));
  EXPECT_EQ(refusal({{"CONVTUNE_PRECISION", "f32"}}),
            "CONVTUNE_PRECISION is 'f32'; expected one of as_input_f32, as_input, float16, "
            "float32, float64.");
  EXPECT_EQ(refusal({{"CONVTUNE_METAOPT_VERBOSE", "yes"}}),
            "CONVTUNE_METAOPT_VERBOSE is 'yes'; expected one of 0, 1, 2.");
  EXPECT_EQ(refusal({{"CONVTUNE_WORKMEM", "small"}}),
            "CONVTUNE_WORKMEM is set, but there is no such setting any more; set "
            "CONVTUNE_ALGO_FWD.");
  EXPECT_THAT(refusal({{"CONVTUNE_WORKMEM_BWD", "small"}}),
              testing::HasSubstr("CONVTUNE_ALGO_BWD_DATA and CONVTUNE_ALGO_BWD_FILTER"));
}

}  // namespace
}  // namespace convtune
