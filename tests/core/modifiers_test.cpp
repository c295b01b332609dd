#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <convtune/problem_list.hpp>

#include "listed.hpp"

namespace convtune {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

ProblemList list_of(const std::string& lines) {
  return read_problems(lines, "list");
}

TEST(Modified, ByNothingIsUnchanged) {
  const ProblemList list = modified(list_of("n1c1i4k1f1\nbad"), {});
  EXPECT_THAT(texts(list), ElementsAre("fwd.f32.nchw_n1c1i4k1f1s1p0d1g1"));
  EXPECT_EQ(list.notes.size(), 1u);
}

TEST(Modified, BatchMergesWhatBecomesEqual) {
  const ProblemList list =
      modified(list_of("mb4ic1iw4oc1kw1n\"a*2\"\nmb8ic1iw4oc1kw1n\"b\""), {.batch = 1});
  ASSERT_THAT(texts(list), ElementsAre("fwd.f32.nchw_n1c1i4k1f1s1p0d1g1"));
  EXPECT_EQ(list.problems[0].repeats, 3);
  EXPECT_THAT(list.problems[0].names, ElementsAre("a", "b"));
}

TEST(Modified, DirectionsMultiply) {
  EXPECT_THAT(texts(modified(list_of("n1c1i4k1f1\nn2c1i4k1f1"),
                             {.directions = {Direction::backward_data, Direction::forward}})),
              ElementsAre("bwdd.f32.nchw_n1c1i4k1f1s1p0d1g1", "fwd.f32.nchw_n1c1i4k1f1s1p0d1g1",
                          "bwdd.f32.nchw_n2c1i4k1f1s1p0d1g1", "fwd.f32.nchw_n2c1i4k1f1s1p0d1g1"));
}

TEST(Modified, DirectionDropsTheEpilogueOfForward) {
  const ProblemList list = modified(list_of("n1c1i4k1f1_bias_relu_acc"),
                                    {.directions = {Direction::forward, Direction::backward_data}});
  EXPECT_THAT(texts(list), ElementsAre("fwd.f32.nchw_n1c1i4k1f1s1p0d1g1_bias_relu_acc",
                                       "bwdd.f32.nchw_n1c1i4k1f1s1p0d1g1_acc"));
  EXPECT_THAT(notes(list), ElementsAre("--direction bias and relu belong to fwd and are dropped "
                                       "from 1 problem"));
}

TEST(Modified, TypeBringsItsUsualAccumulation) {
  EXPECT_THAT(texts(modified(list_of("f16:f16:f32_n1c1i4k1f1_accf16"), {.type = DataType::bf16})),
              ElementsAre("fwd.bf16.nchw_n1c1i4k1f1s1p0d1g1"));
  EXPECT_THAT(texts(modified(list_of("n1c1i4k1f1"), {.type = DataType::u8})),
              ElementsAre("fwd.u8.nchw_n1c1i4k1f1s1p0d1g1"));
}

TEST(Modified, LayoutIsThatOfAllTensors) {
  EXPECT_THAT(texts(modified(list_of("f32.nchw:krsc:nchw_n1c1i4k1f1"), {.layout = Layout::any})),
              ElementsAre("fwd.f32.any_n1c1i4k1f1s1p0d1g1"));
}

TEST(Modified, WhatBecomesInvalidIsRejected) {
  const ProblemList list =
      modified(list_of("n1c1i4x4k1f1_unshared\nn1c1i4x4k1f1"), {.layout = Layout::channels_last});
  EXPECT_THAT(texts(list), ElementsAre("fwd.f32.nhwc_n1c1i4x4k1f1x1s1x1p0x0d1x1g1"));
  EXPECT_THAT(notes(list),
              ElementsAre("rejected fwd.f32.nchw_n1c1i4x4k1f1x1s1x1p0x0d1x1g1_unshared "
                          "unshared filters need channels-first layouts"));
}

TEST(Modified, ConstantWeightsSkipTheirOwnGradient) {
  const ProblemList list =
      modified(list_of("n1c1i4k1f1\nbwdd_n1c1i4k1f1\nbwdw_n1c1i4k1f1"), {.constant_weights = true});
  EXPECT_THAT(texts(list), ElementsAre("fwd.f32.nchw_n1c1i4k1f1s1p0d1g1_constw",
                                       "bwdd.f32.nchw_n1c1i4k1f1s1p0d1g1_constw",
                                       "bwdw.f32.nchw_n1c1i4k1f1s1p0d1g1"));
  EXPECT_THAT(notes(list), ElementsAre("--const-weights weights are what bwdw computes: not "
                                       "constant in 1 problem"));
}

TEST(Modified, ANoteNamesTheOptionOnlyWhereItWasGiven) {
  const ProblemList list =
      modified(list_of("n1c1i4k1f1_constw"), {.directions = {Direction::backward_weights}});
  EXPECT_THAT(notes(list),
              ElementsAre(" weights are what bwdw computes: not constant in 1 problem"));
}

TEST(Modified, HugeBatchIsRejected) {
  const ProblemList list = modified(list_of("n1c1i4k1f1"), {.batch = std::int64_t{1} << 62});
  EXPECT_THAT(texts(list), IsEmpty());
  ASSERT_EQ(list.notes.size(), 1u);
  EXPECT_TRUE(list.notes[0].rejected);
}

}  // namespace
}  // namespace convtune
