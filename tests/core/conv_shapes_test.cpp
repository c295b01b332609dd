// Theano's shape helpers: its own cases, and what it refuses.
#include <functional>

#include <gtest/gtest.h>

#include <convtune/conv_shapes.hpp>

namespace convtune {
namespace {

constexpr std::nullopt_t unknown = std::nullopt;

ConvParameters with(BorderMode border, std::vector<std::int64_t> subsample = {},
                    std::vector<std::int64_t> dilation = {}, std::int64_t groups = 1) {
  return {.border = std::move(border),
          .subsample = std::move(subsample),
          .dilation = std::move(dilation),
          .groups = groups};
}

struct OutputCase {
  BorderMode border;
  PartialShape expected;
};

TEST(ConvOutputShape, OfTwoAxes) {
  const OutputCase cases[] = {{"valid", {3, 4, 4, 2}},
                              {"half", {3, 4, 12, 5}},
                              {"full", {3, 4, 20, 7}},
                              {{1, 2}, {3, 4, 6, 4}}};
  for (const OutputCase& c : cases)
    EXPECT_EQ(conv_output_shape({3, 2, 12, 9}, {4, 2, 5, 6}, with(c.border, {1, 2}, {2, 1})),
              c.expected)
        << text(c.border);
}

TEST(ConvOutputShape, OfThreeAxes) {
  const OutputCase cases[] = {{"valid", {3, 4, 4, 2, 4}},
                              {"half", {3, 4, 12, 5, 8}},
                              {"full", {3, 4, 20, 7, 10}},
                              {{1, 2, 3}, {3, 4, 6, 4, 10}}};
  for (const OutputCase& c : cases)
    EXPECT_EQ(
        conv_output_shape({3, 2, 12, 9, 7}, {4, 2, 5, 6, 4}, with(c.border, {1, 2, 1}, {2, 1, 1})),
        c.expected)
        << text(c.border);
}

TEST(ConvOutputShape, WhatIsNotKnownStaysUnknown) {
  EXPECT_EQ(conv_output_shape({unknown, 2, 12, unknown}, {4, unknown, 5, 6}, with("valid")),
            (PartialShape{unknown, 4, 8, unknown}));
  EXPECT_EQ(text(PartialShape{unknown, 4, 8}), "(?, 4, 8)");
}

TEST(ConvOutputShape, RoundsDownAlsoBelowZero) {
  EXPECT_EQ(conv_output_shape({1, 1, 2, 2}, {1, 1, 5, 4}, with("valid", {2, 2})),
            (PartialShape{1, 1, -1, 0}));
}

TEST(ConvOutputShape, OfUnsharedKernels) {
  ConvParameters parameters = with("full", {2, 2});
  parameters.unshared = true;
  EXPECT_EQ(conv_output_shape({3, 2, 4, 2}, {2, 4, 2, 2, 4, 2}, parameters),
            (PartialShape{3, 2, 4, 2}));
}

struct GroupCase {
  std::vector<std::int64_t> image, kernel, output;
  std::int64_t groups;
};

const GroupCase group_cases[] = {
    {{5, 6, 5, 5}, {6, 2, 3, 3}, {5, 6, 3, 3}, 3},
    {{4, 4, 7, 5}, {6, 2, 5, 3}, {4, 6, 3, 3}, 2},
    {{3, 8, 5, 3}, {4, 2, 3, 3}, {3, 4, 3, 1}, 4},
    {{2, 4, 7, 7}, {4, 1, 3, 5}, {2, 4, 5, 3}, 4},
    {{2, 6, 5, 5, 5}, {3, 2, 3, 3, 3}, {2, 3, 3, 3, 3}, 3},
    {{1, 4, 7, 5, 7}, {6, 2, 5, 3, 5}, {1, 6, 3, 3, 3}, 2},
    {{1, 8, 5, 3, 5}, {4, 2, 3, 3, 3}, {1, 4, 3, 1, 3}, 4},
    {{2, 4, 7, 7, 7}, {4, 1, 3, 5, 3}, {2, 4, 5, 3, 5}, 4},
};

PartialShape partial(const std::vector<std::int64_t>& shape) {
  return {shape.begin(), shape.end()};
}

TEST(ConvShapes, OfGroupsGoEveryWay) {
  for (const GroupCase& c : group_cases) {
    const ConvParameters parameters = with("valid", {}, {}, c.groups);
    const PartialShape image = partial(c.image), kernel = partial(c.kernel);
    EXPECT_EQ(conv_output_shape(image, kernel, parameters), partial(c.output));
    EXPECT_EQ(conv_kernel_shape(image, partial(c.output), parameters), kernel);
    EXPECT_EQ(conv_image_shape(kernel, partial(c.output), parameters), image);
    const ConvProblem problem = ConvProblem::make(conv_shape(c.image, c.kernel, parameters));
    EXPECT_EQ(extents(problem, Role::source), c.image);
    EXPECT_EQ(extents(problem, Role::filter), c.kernel);
    EXPECT_EQ(extents(problem, Role::destination), c.output);
  }
}

TEST(ConvShapes, UnsharedKernelsHaveOneFilterAPosition) {
  ConvParameters parameters = with("valid", {1, 1});
  parameters.unshared = true;
  EXPECT_EQ(conv_kernel_shape({2, 2, 4, 4}, {2, 2, 2, 2}, parameters),
            (PartialShape{2, 2, 2, 2, 3, 3}));
  EXPECT_EQ(conv_image_shape({2, 2, 2, 2, 3, 3}, {2, 2, 2, 2}, parameters),
            (PartialShape{2, 2, 4, 4}));
  EXPECT_TRUE(conv_shape({2, 2, 4, 4}, {2, 2, 2, 2, 3, 3}, parameters).unshared);
  EXPECT_THROW(conv_shape({2, 2, 4, 4}, {2, 2, 3, 2, 3, 3}, parameters), Error);
}

TEST(ConvKernelShape, UndoesTheOutputShape) {
  for (const BorderMode& border :
       {BorderMode("valid"), BorderMode("full"), BorderMode{{1, 2}, 0}}) {
    const ConvParameters parameters = with(border, {}, {3, 1});
    const PartialShape image = {3, 2, 12, 9}, kernel = {4, 2, 3, 6};
    const PartialShape output = conv_output_shape(image, kernel, parameters);
    EXPECT_EQ(conv_kernel_shape(image, output, parameters), kernel) << text(border);
  }
}

TEST(ConvKernelShape, IsUnknownWhereSeveralDo) {
  EXPECT_EQ(conv_kernel_shape({3, 2, 12, 9}, {3, 4, 6, 4}, with("valid", {2, 1})),
            (PartialShape{4, 2, unknown, 6}));
  EXPECT_EQ(conv_kernel_shape({3, 2, 12, 9}, {3, 4, 12, 9}, with("half")),
            (PartialShape{4, 2, unknown, unknown}));
}

TEST(ConvImageShape, IsUnknownOnlyWithAStride) {
  EXPECT_EQ(conv_image_shape({4, 2, 5, 6}, {3, 4, 12, 10}, with("half", {1, 2}, {2, 1})),
            (PartialShape{3, 2, 12, unknown}));
}

// Sizes 1 to 19, kernels 1 to 9: what the helpers compute is accepted, anything else is not.
TEST(ConvShapes, AgreeWithWhatIsComputedOnly) {
  for (std::int64_t i = 1; i < 20; ++i)
    for (std::int64_t k = 1; k < 10; ++k)
      for (const BorderMode& border :
           {BorderMode("valid"), BorderMode("half"), BorderMode("full"), BorderMode{0, 2}})
        for (std::int64_t s = 1; s < 4; ++s)
          for (std::int64_t d = 1; d < 4; ++d) {
            const PartialShape image = {59, 61, i, i}, kernel = {67, 61, k, k};
            const ConvParameters parameters = with(border, {s, s}, {d, d});
            const PartialShape made = conv_output_shape(image, kernel, parameters);
            const std::int64_t h = *made[2], w = *made[3];
            ASSERT_TRUE(conv_shapes_agree(image, kernel, made, parameters));
            ASSERT_TRUE(
                conv_shapes_agree(image, kernel, {unknown, unknown, h, unknown}, parameters));
            ASSERT_FALSE(conv_shapes_agree(image, kernel, {1, 1, h, w}, parameters));
            for (const int off : {-3, -2, -1, 1, 2, 3})
              ASSERT_FALSE(conv_shapes_agree(image, kernel, {59, 67, h + off, w + off}, parameters))
                  << i << ' ' << k << ' ' << text(border) << ' ' << s << ' ' << d;
          }
}

TEST(ConvShapes, OfUnequalLengthDoNotAgree) {
  EXPECT_FALSE(conv_shapes_agree({1, 1, 5, 5}, {1, 1, 2, 2, 2}, {1, 1, 4, 4}, {}));
  EXPECT_FALSE(conv_shapes_agree({1, 1, 5, 5}, {1, 1, 2, 2}, {1, 1, 4}, {}));
  EXPECT_FALSE(conv_shapes_agree({1, 1, 5, 5}, {1, 1, 2, 2}, {1, 1, 4, 4}, with("valid", {1})));
}

struct Refused {
  const char* says;
  std::function<void()> call;
};

TEST(ConvShapes, RefuseWhatTheanoRefuses) {
  const PartialShape image = {2, 4, 7, 7}, kernel = {6, 4, 3, 3};
  const Refused cases[] = {
      {"The subsample has 3 numbers; expected one for each of 2 axes.",
       [&] { conv_output_shape(image, kernel, with("valid", {1, 1, 1})); }},
      {"The dilation is 0 on one axis; expected at least 1.",
       [&] { conv_output_shape(image, kernel, with("valid", {}, {1, 0})); }},
      {"The number of groups is 0; expected at least 1.",
       [&] { conv_output_shape(image, kernel, with("valid", {}, {}, 0)); }},
      {"The border mode is (1, 2, 3); expected one number for each of 2 axes.",
       [&] { conv_output_shape({unknown, unknown, unknown, unknown}, kernel, with({1, 2, 3})); }},
      {"The shape of the image is (2, 4); expected two extents and one to three spatial ones.",
       [&] { conv_output_shape({2, 4}, kernel, {}); }},
      {"The shapes have 2 and 3 spatial extents; expected the same number.",
       [&] { conv_output_shape(image, {6, 4, 3, 3, 3}, {}); }},
      {"The shape of the unshared kernel is (6, 4, 3, 3); expected six extents.",
       [&] { conv_output_shape(image, kernel, {.unshared = true}); }},
      {"No kernel with a dilation of 2 makes an output of 4 out of an image of 7 with the border "
       "mode valid.",
       [&] { conv_kernel_shape(image, {2, 6, 4, 4}, with("valid", {}, {2, 2})); }},
      {"The kernel (6, 4, 3, 3) takes 4 channels in each of 2 groups; expected them to make up the "
       "4 channels of the image.",
       [&] { conv_shape({2, 4, 7, 7}, {6, 4, 3, 3}, with("valid", {}, {}, 2)); }},
  };
  for (const Refused& c : cases) try {
      c.call();
      ADD_FAILURE() << "not refused: " << c.says;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::bad_input);
      EXPECT_STREQ(error.what(), c.says);
    }
}

}  // namespace
}  // namespace convtune
