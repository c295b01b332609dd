#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <convtune/choice.hpp>
#include <convtune/implementation.hpp>
#include <convtune/measurement.hpp>
#include <convtune/types.hpp>

namespace convtune {
namespace {

/// Names of the first `count` enumerators.
template <typename Enum>
std::vector<std::string> names(int count) {
  std::vector<std::string> all;
  for (int i = 0; i < count; ++i) all.emplace_back(name(static_cast<Enum>(i)));
  return all;
}

using Names = std::vector<std::string>;

TEST(Names, AreThoseOfTheContract) {
  EXPECT_EQ(names<DataType>(7), (Names{"f64", "f32", "f16", "bf16", "s8", "u8", "s32"}));
  EXPECT_EQ(names<Direction>(3), (Names{"fwd", "bwdd", "bwdw"}));
  EXPECT_EQ(names<Role>(4), (Names{"source", "filter", "destination", "bias"}));
  EXPECT_EQ(names<Precision>(3), (Names{"strict", "tf32", "downconvert"}));
  EXPECT_EQ(names<Outcome>(8), (Names{"measured", "refused", "wrong", "failed", "crashed",
                                      "timed_out", "too_slow", "noisy"}));
  EXPECT_EQ(names<Protocol>(4), (Names{"warm", "cold", "cold_weights", "cold_rotated"}));
  EXPECT_EQ(names<Rigour>(5), (Names{"predicted", "one_run", "race", "confirmed", "exhaustive"}));
  EXPECT_EQ(names<Provenance>(7),
            (Names{"exact", "class", "stale", "near", "predicted", "heuristic", "default"}));
  EXPECT_EQ(names<Confidence>(5), (Names{"clear", "tie", "unresolved", "budget", "none"}));
}

TEST(Names, AreReadBack) {
  EXPECT_EQ(data_type("bf16"), DataType::bf16);
  EXPECT_EQ(direction("bwdw"), Direction::backward_weights);
  EXPECT_EQ(precision("tf32"), Precision::tf32);
  EXPECT_EQ(outcome("timed_out"), Outcome::timed_out);
  EXPECT_EQ(protocol("cold"), Protocol::cold);
  EXPECT_EQ(rigour("exhaustive"), Rigour::exhaustive);
  for (const char* unknown : {"", "F32", "f3", "f32 ", "fwd_"}) {
    EXPECT_EQ(data_type(unknown), std::nullopt) << unknown;
    EXPECT_EQ(direction(unknown), std::nullopt) << unknown;
    EXPECT_EQ(rigour(unknown), std::nullopt) << unknown;
  }
}

TEST(Types, HaveSizesAndUsualAccumulation) {
  struct Case {
    DataType type;
    std::size_t bytes;
    bool floating;
    DataType accumulation;
  };
  for (const Case& c :
       {Case{DataType::f64, 8, true, DataType::f64}, Case{DataType::f32, 4, true, DataType::f32},
        Case{DataType::f16, 2, true, DataType::f32}, Case{DataType::bf16, 2, true, DataType::f32},
        Case{DataType::s8, 1, false, DataType::s32}, Case{DataType::u8, 1, false, DataType::s32},
        Case{DataType::s32, 4, false, DataType::s32}}) {
    EXPECT_EQ(size_of(c.type), c.bytes) << name(c.type);
    EXPECT_EQ(is_floating(c.type), c.floating) << name(c.type);
    EXPECT_EQ(usual_accumulation(c.type), c.accumulation) << name(c.type);
  }
}

TEST(CandidateText, LeavesOutAnEmptyConfiguration) {
  Candidate candidate;
  candidate.implementation = "onednn.convolution";
  EXPECT_EQ(text(candidate), "onednn.convolution");
  candidate.configuration = "direct/jit:avx512_core/nChw16c";
  EXPECT_EQ(text(candidate), "onednn.convolution/direct/jit:avx512_core/nChw16c");
}

}  // namespace
}  // namespace convtune
