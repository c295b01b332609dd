// Theano's test_abstract_conv.py: forward and both gradients of every border mode, stride,
// dilation, flip and group, against a plain loop. Small integers: every value is exact.
#include <gmock/gmock.h>

#include <convtune/error.hpp>

#include "convolving.hpp"
#include "dnn_tensors.hpp"

namespace convtune {
namespace {

using Shape = std::vector<std::int64_t>;

struct Layer {
  Shape image, kernel;
};

DnnOptions dnn_options(const ConvParameters& parameters, Convolution& convolution) {
  DnnOptions options;
  options.border_mode = parameters.border;
  options.subsample = parameters.subsample;
  options.dilation = parameters.dilation;
  options.num_groups = parameters.groups;
  options.conv_mode = parameters.flip ? ConvMode::conv : ConvMode::cross;
  options.convolution = &convolution;
  return options;
}

double dot(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += double{a[i]} * b[i];
  return sum;
}

// All three directions, and that they are each other's adjoints.
void expect_right(const Layer& layer, const ConvParameters& parameters, Convolution& convolution) {
  const PlainLoop loop(layer.image, layer.kernel, parameters);
  Made x(layer.image, 7), w(layer.kernel, 5);
  const DnnOptions options = dnn_options(parameters, convolution);
  const bool deep = layer.image.size() == 5;
  if (!loop.fits()) {
    Made y(loop.output(), 3);
    EXPECT_THROW((deep ? dnn_conv3d : dnn_conv)(x.view(), w.view(), y.view(), options), Error);
    return;
  }
  Made dy(loop.output(), 3);
  const PartialShape predicted =
      conv_output_shape({x.dims.begin(), x.dims.end()}, {w.dims.begin(), w.dims.end()}, parameters);
  EXPECT_EQ(predicted, (PartialShape{dy.dims.begin(), dy.dims.end()}));

  const Expected expected(loop, x, w, dy);
  Made y(dy.dims, 2), dx(x.dims, 2), dw(w.dims, 2);
  (deep ? dnn_conv3d : dnn_conv)(x.view(), w.view(), y.view(), options);
  (deep ? dnn_gradinput3d : dnn_gradinput)(w.view(), dy.view(), dx.view(), options);
  (deep ? dnn_gradweight3d : dnn_gradweight)(x.view(), dy.view(), dw.view(), options);
  EXPECT_EQ(y.values, expected.y);
  EXPECT_EQ(dx.values, expected.dx);
  EXPECT_EQ(dw.values, expected.dw);
  EXPECT_EQ(dot(dy.values, y.values), dot(dx.values, x.values));
  EXPECT_EQ(dot(dy.values, y.values), dot(dw.values, w.values));
}

struct Variants {
  std::vector<Shape> subsamples;
  std::vector<BorderMode> borders;
  std::vector<Shape> dilations;
};

void expect_all_right(const std::vector<Layer>& layers, const Variants& variants,
                      Convolution& convolution) {
  for (const Layer& layer : layers)
    for (const Shape& subsample : variants.subsamples)
      for (const BorderMode& border : variants.borders)
        for (const Shape& dilation : variants.dilations)
          for (const bool flip : {true, false}) {
            SCOPED_TRACE(text(layer.image) + text(layer.kernel) + " " + text(border) + " s" +
                         text(subsample) + " d" + text(dilation) + (flip ? " flip" : ""));
            expect_right(
                layer,
                {.border = border, .subsample = subsample, .dilation = dilation, .flip = flip},
                convolution);
            if (testing::Test::HasFailure()) return;
          }
}

const std::vector<Layer> layers_2d = {
    {{8, 1, 6, 6}, {5, 1, 2, 2}},   {{8, 1, 8, 8}, {4, 1, 3, 3}}, {{2, 1, 7, 7}, {2, 1, 3, 3}},
    {{6, 1, 10, 11}, {1, 1, 2, 3}}, {{2, 1, 6, 5}, {4, 1, 1, 3}}, {{1, 5, 9, 9}, {4, 5, 3, 2}},
    {{0, 1, 6, 6}, {1, 1, 2, 2}},   {{1, 0, 6, 6}, {1, 0, 2, 2}}, {{1, 1, 6, 6}, {0, 1, 2, 2}}};
const Variants variants_2d = {{{1, 1}, {2, 2}, {2, 4}},
                              {"valid", "half", "full", {0, 0}, {1, 1}, {5, 5}, {5, 2}},
                              {{1, 1}, {1, 2}, {2, 1}}};

const std::vector<Layer> layers_3d = {{{2, 1, 5, 5, 5}, {2, 1, 2, 2, 2}},
                                      {{1, 2, 7, 5, 6}, {1, 2, 2, 1, 3}},
                                      {{0, 1, 5, 5, 5}, {1, 1, 2, 2, 2}},
                                      {{1, 0, 5, 5, 5}, {1, 0, 2, 2, 2}},
                                      {{1, 1, 5, 5, 5}, {0, 1, 2, 2, 2}}};
const Variants variants_3d = {{{1, 1, 1}, {2, 2, 2}, {1, 2, 3}},
                              {"valid", "half", "full", 0, {2, 2, 3}},
                              {{1, 1, 1}, {1, 2, 1}, {2, 1, 2}}};

TEST(DnnValues, OfTwoAxes) {
  ConvolvingWorld world;
  Convolution convolution = world.convolution("none");
  expect_all_right(layers_2d, variants_2d, convolution);
}

TEST(DnnValues, OfThreeAxes) {
  ConvolvingWorld world;
  Convolution convolution = world.convolution("none");
  expect_all_right(layers_3d, variants_3d, convolution);
}

// Fewer of them through what this machine really has.
TEST(DnnValues, OfRealCandidates) {
  SelectionCache cache;
  Convolution convolution = real_convolution("guess_on_shape_change", cache);
  expect_all_right({{{2, 1, 7, 7}, {2, 1, 3, 3}}, {{1, 5, 9, 9}, {4, 5, 3, 2}}},
                   {{{1, 1}, {2, 4}}, {"valid", "half", "full", {5, 2}}, {{1, 1}, {1, 2}}},
                   convolution);
  expect_all_right({{{1, 2, 7, 5, 6}, {1, 2, 2, 1, 3}}},
                   {{{1, 2, 3}}, {"valid", {2, 2, 3}}, {{1, 1, 1}}}, convolution);
}

struct Grouped {
  Layer layer;
  Shape output;
  std::int64_t groups;
};

TEST(DnnValues, OfGroups) {
  const Grouped cases[] = {{{{5, 6, 5, 5}, {6, 2, 3, 3}}, {5, 6, 3, 3}, 3},
                           {{{4, 4, 7, 5}, {6, 2, 5, 3}}, {4, 6, 3, 3}, 2},
                           {{{3, 8, 5, 3}, {4, 2, 3, 3}}, {3, 4, 3, 1}, 4},
                           {{{2, 4, 7, 7}, {4, 1, 3, 5}}, {2, 4, 5, 3}, 4},
                           {{{2, 6, 5, 5, 5}, {3, 2, 3, 3, 3}}, {2, 3, 3, 3, 3}, 3},
                           {{{1, 4, 7, 5, 7}, {6, 2, 5, 3, 5}}, {1, 6, 3, 3, 3}, 2},
                           {{{1, 8, 5, 3, 5}, {4, 2, 3, 3, 3}}, {1, 4, 3, 1, 3}, 4},
                           {{{2, 4, 7, 7, 7}, {4, 1, 3, 5, 3}}, {2, 4, 5, 3, 5}, 4}};
  ConvolvingWorld world;
  Convolution convolution = world.convolution("none");
  for (const Grouped& c : cases) {
    const ConvParameters parameters{.groups = c.groups};
    EXPECT_EQ(PlainLoop(c.layer.image, c.layer.kernel, parameters).output(), c.output);
    expect_right(c.layer, parameters, convolution);
  }
}

TEST(DnnValues, OfUnequalPadding) {
  struct Case {
    Layer layer;
    Shape output;
    BorderMode border;
  };
  const Case cases[] = {{{{2, 2, 4, 4}, {4, 2, 2, 2}}, {2, 4, 6, 6}, {{1, 2}, {2, 1}}},
                        {{{3, 2, 4, 2}, {2, 2, 4, 2}}, {3, 2, 3, 4}, {{1, 1}, {0, 3}}},
                        {{{3, 3, 5, 3}, {2, 3, 3, 3}}, {3, 2, 6, 1}, {{2, 1}, {0, 0}}}};
  ConvolvingWorld world;
  Convolution convolution = world.convolution("none");
  for (const Case& c : cases) {
    const ConvParameters parameters{.border = c.border};
    EXPECT_EQ(PlainLoop(c.layer.image, c.layer.kernel, parameters).output(), c.output);
    expect_right(c.layer, parameters, convolution);
  }
}

TEST(DnnValues, OfUnsharedFilters) {
  struct Case {
    Layer layer;
    Shape output;
    ConvParameters parameters;
  };
  const Case cases[] = {{{{2, 2, 4, 4}, {2, 2, 2, 2, 3, 3}}, {2, 2, 2, 2}, {.unshared = true}},
                        {{{3, 2, 4, 2}, {2, 4, 2, 2, 4, 2}},
                         {3, 2, 4, 2},
                         {.border = "full", .subsample = {2, 2}, .unshared = true}},
                        {{{3, 3, 5, 3}, {3, 2, 1, 1, 3, 3}},
                         {3, 3, 2, 1},
                         {.subsample = {2, 1}, .groups = 3, .unshared = true}},
                        {{{3, 4, 4, 4}, {4, 3, 3, 2, 4, 2}},
                         {3, 4, 3, 3},
                         {.border = "full", .subsample = {3, 2}, .groups = 2, .unshared = true}}};
  ConvolvingWorld world;
  Convolution convolution = world.convolution("none");
  for (const Case& c : cases)
    for (const bool flip : {true, false}) {
      ConvParameters parameters = c.parameters;
      parameters.flip = flip;
      const PlainLoop loop(c.layer.image, c.layer.kernel, parameters);
      ASSERT_EQ(loop.output(), c.output);
      Made x(c.layer.image, 7), w(c.layer.kernel, 5), dy(c.output, 3);
      const Expected expected(loop, x, w, dy);
      Made y(dy.dims, 2), dx(x.dims, 2), dw(w.dims, 2);
      const auto run = [&](Direction direction, Made& a, Made& b, Made& c_) {
        ConvShape shape = conv_shape(c.layer.image, c.layer.kernel, parameters);
        shape.direction = direction;
        convolution.run(ConvProblem::make(shape), {.source = a.values.data(),
                                                   .filter = b.values.data(),
                                                   .destination = c_.values.data()});
      };
      run(Direction::forward, x, w, y);
      run(Direction::backward_data, dx, w, dy);
      run(Direction::backward_weights, x, dw, dy);
      EXPECT_EQ(y.values, expected.y);
      EXPECT_EQ(dx.values, expected.dx);
      EXPECT_EQ(dw.values, expected.dw);
    }
}

// Top gradients of any other shape than the convolution makes are refused.
TEST(DnnGradInput, RefusesTopGradientsThatDoNotBelong) {
  ConvolvingWorld world;
  Convolution convolution = world.convolution("none");
  const auto accepts = [&](std::int64_t i, std::int64_t k, std::int64_t top,
                           const ConvParameters& parameters) {
    Made w({1, 2, k, k}, 5), dy({1, 1, top, top}, 3), dx({1, 2, i, i}, 2);
    try {
      dnn_gradinput(w.view(), dy.view(), dx.view(), dnn_options(parameters, convolution));
      return true;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::bad_input);
      return false;
    }
  };
  const std::pair<int, int> sizes[] = {{1, 1}, {1, 2}, {2, 1}, {4, 2}, {4, 3}, {7, 3}, {9, 5}};
  const std::pair<int, int> steps[] = {{1, 1}, {1, 2}, {2, 1}, {2, 2}, {3, 1}, {1, 3}};
  for (const auto& [i, k] : sizes)
    for (const auto& [s, d] : steps)
      for (const BorderMode& border :
           {BorderMode("valid"), BorderMode("half"), BorderMode("full"), BorderMode{0, 2}}) {
        const ConvParameters parameters{.border = border, .subsample = {s, s}, .dilation = {d, d}};
        const PartialShape made = conv_output_shape({1, 2, i, i}, {1, 2, k, k}, parameters);
        const std::int64_t top = *made[2];
        if (top < 1 || *made[3] < 1) {
          EXPECT_FALSE(accepts(i, k, std::max<std::int64_t>(top, 1), parameters));
          continue;
        }
        EXPECT_EQ(accepts(i, k, top, parameters), top == *made[3]);
        for (const int off : {-3, -1, 1, 2})
          if (top + off >= 0) {
            EXPECT_FALSE(accepts(i, k, top + off, parameters));
          }
      }
}

TEST(DnnGradInput, NineIsATopOfFullOnly) {
  ConvolvingWorld world;
  Convolution convolution = world.convolution("none");
  for (const std::int64_t top : {8, 9, 12})
    for (const char* border : {"valid", "half", "full"}) {
      Made w({2, 1, 3, 3}, 5), dy({2, 2, top, top}, 3), dx({2, 1, 7, 7}, 2);
      const auto call = [&] {
        dnn_gradinput(w.view(), dy.view(), dx.view(), dnn_options({.border = border}, convolution));
      };
      if (top == 9 && border == std::string("full"))
        EXPECT_NO_THROW(call());
      else
        EXPECT_THROW(call(), Error);
    }
}

}  // namespace
}  // namespace convtune
