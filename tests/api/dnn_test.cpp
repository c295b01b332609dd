// Theano's dnn functions: which problem each call becomes, scaling, types, errors and version().
#include <cstdlib>
#include <limits>

#include <gmock/gmock.h>

#include <convtune/error.hpp>
#include <convtune/tensor.hpp>

#include "convolving.hpp"
#include "dnn_call.hpp"
#include "dnn_library.hpp"
#include "dnn_tensors.hpp"

namespace convtune {
namespace {

struct Tensors {
  Made img{{2, 3, 7, 6}, 7}, kerns{{4, 3, 3, 2}, 5}, out{{2, 4, 5, 5}, 2}, full{{2, 4, 9, 7}, 2};
};

DnnOptions hinted(DirectionHint hint, BorderMode border = "valid") {
  DnnOptions options;
  options.border_mode = std::move(border);
  options.direction_hint = hint;
  return options;
}

Direction direction_of(const DnnOptions& options) {
  Tensors t;
  Made& out = options.border_mode.kind() == BorderMode::Kind::full ? t.full : t.out;
  return forward_call(2, t.img.view(), t.kerns.view(), out.view(), options).problem->direction;
}

TEST(DnnConv, RunsThroughAGradientWhereTheanoDid) {
  EXPECT_EQ(direction_of(hinted(DirectionHint::none)), Direction::forward);
  EXPECT_EQ(direction_of(hinted(DirectionHint::bprop_weights)), Direction::backward_weights);
  EXPECT_EQ(direction_of(hinted(DirectionHint::none, "full")), Direction::backward_data);
  EXPECT_EQ(direction_of(hinted(DirectionHint::bprop_inputs, "full")), Direction::backward_data);
  EXPECT_EQ(direction_of(hinted(DirectionHint::forward, "full")), Direction::backward_data);
  EXPECT_EQ(direction_of(hinted(DirectionHint::forward_only, "full")), Direction::forward);
  EXPECT_EQ(direction_of(hinted(DirectionHint::bprop_inputs)), Direction::forward);
}

TEST(DnnConv, StaysForwardWithStridesDilationOrGroups) {
  Made img({2, 4, 7, 7}, 7), kerns({4, 4, 3, 3}, 5), grouped({4, 2, 3, 3}, 5);
  DnnOptions strided = hinted(DirectionHint::bprop_weights);
  strided.subsample = {2, 2};
  DnnOptions dilated = hinted(DirectionHint::bprop_weights);
  dilated.dilation = {2, 2};
  DnnOptions two_groups = hinted(DirectionHint::none, "full");
  two_groups.num_groups = 2;
  Made three({2, 4, 3, 3}, 2), nine({2, 4, 9, 9}, 2);
  for (const DnnOptions& options : {strided, dilated})
    EXPECT_EQ(forward_call(2, img.view(), kerns.view(), three.view(), options).problem->direction,
              Direction::forward);
  EXPECT_EQ(forward_call(2, img.view(), grouped.view(), nine.view(), two_groups).problem->direction,
            Direction::forward);
}

TEST(DnnConv, ThroughAGradientIgnoresTheAlgorithm) {
  Tensors t;
  DnnOptions options = hinted(DirectionHint::bprop_weights);
  options.algo = "winograd";
  EXPECT_EQ(forward_call(2, t.img.view(), t.kerns.view(), t.out.view(), options).policy, "");
  options.direction_hint = DirectionHint::none;
  EXPECT_EQ(forward_call(2, t.img.view(), t.kerns.view(), t.out.view(), options).policy,
            "winograd");
}

TEST(DnnConv, ThroughAGradientHasTheSameValues) {
  ConvolvingWorld world;
  Convolution convolution = world.convolution("none");
  for (const bool flip : {true, false})
    for (const char* border : {"valid", "full"})
      for (const std::vector<std::int64_t>& dilation :
           {std::vector<std::int64_t>{1, 1}, std::vector<std::int64_t>{2, 1}}) {
        const ConvParameters parameters{.border = border, .dilation = dilation, .flip = flip};
        const PlainLoop loop({2, 3, 7, 6}, {4, 3, 3, 2}, parameters);
        Made img({2, 3, 7, 6}, 7), kerns({4, 3, 3, 2}, 5), out(loop.output(), 2);
        const Expected expected(loop, img, kerns, out);
        DnnOptions options = hinted(DirectionHint::bprop_weights, border);
        options.dilation = dilation;
        options.conv_mode = flip ? ConvMode::conv : ConvMode::cross;
        options.convolution = &convolution;
        dnn_conv(img.view(), kerns.view(), out.view(), options);
        EXPECT_EQ(out.values, expected.y) << border << flip;
      }
}

TEST(DnnConv, ThroughAGradientInThreeAxes) {
  ConvolvingWorld world;
  Convolution convolution = world.convolution("none");
  for (const char* border : {"valid", "full"}) {
    const PlainLoop loop({2, 3, 4, 5, 6}, {4, 3, 2, 3, 2}, {.border = border});
    Made img({2, 3, 4, 5, 6}, 7), kerns({4, 3, 2, 3, 2}, 5), out(loop.output(), 2);
    const Expected expected(loop, img, kerns, out);
    DnnOptions options = hinted(DirectionHint::bprop_weights, border);
    options.convolution = &convolution;
    dnn_conv3d(img.view(), kerns.view(), out.view(), options);
    EXPECT_EQ(out.values, expected.y) << border;
    EXPECT_NE(convolution.choice()->problem->direction, Direction::forward);
  }
}

// alpha and beta of Theano's own tests, on its shapes.
TEST(DnnScaling, IsAlphaTimesTheConvolutionPlusBetaTimesTheResult) {
  ConvolvingWorld world;
  Convolution convolution = world.convolution("none");
  for (const auto& [alpha, beta] : std::vector<std::pair<double, double>>{
           {1, 0}, {2, 0}, {2, -3}, {1, 1}, {1, -3}, {0, 2}, {-1, 1}}) {
    const PlainLoop loop({1, 4, 5, 8}, {3, 4, 2, 6}, {});
    Made x({1, 4, 5, 8}, 7), w({3, 4, 2, 6}, 5), y(loop.output(), 3);
    const Expected expected(loop, x, w, y);
    const auto scaled = [&, a = alpha, b = beta](const Made& old, const std::vector<float>& by) {
      std::vector<float> all;
      for (std::size_t i = 0; i < by.size(); ++i)
        all.push_back(static_cast<float>(a * by[i] + b * old.values[i]));
      return all;
    };
    DnnOptions options;
    options.alpha = alpha;
    options.beta = beta;
    options.convolution = &convolution;
    Made top(loop.output(), 3), dx(x.dims, 9), dw(w.dims, 9);
    const std::vector<float> y_after = scaled(y, expected.y), dx_after = scaled(dx, expected.dx),
                             dw_after = scaled(dw, expected.dw);
    dnn_conv(x.view(), w.view(), y.view(), options);
    dnn_gradinput(w.view(), top.view(), dx.view(), options);
    dnn_gradweight(x.view(), top.view(), dw.view(), options);
    EXPECT_EQ(y.values, y_after) << alpha << ' ' << beta;
    EXPECT_EQ(dx.values, dx_after) << alpha << ' ' << beta;
    EXPECT_EQ(dw.values, dw_after) << alpha << ' ' << beta;
  }
}

TEST(DnnScaling, WithBetaZeroTheOldResultMayBeAnything) {
  ConvolvingWorld world;
  Convolution convolution = world.convolution("none");
  Tensors t;
  const PlainLoop loop(t.img.dims, t.kerns.dims, {});
  const Expected expected(loop, t.img, t.kerns, t.out);
  t.out.values.assign(t.out.values.size(), std::numeric_limits<float>::quiet_NaN());
  DnnOptions options;
  options.alpha = 2;
  options.convolution = &convolution;
  dnn_conv(t.img.view(), t.kerns.view(), t.out.view(), options);
  for (std::size_t i = 0; i < t.out.values.size(); ++i)
    EXPECT_EQ(t.out.values[i], 2 * expected.y[i]);
}

TEST(DnnScaling, OfNothingIsBetaTimesTheResultWithoutAKernel) {
  ConvolvingWorld world;
  Convolution convolution = world.convolution("none");
  Made x({1, 0, 6, 6}, 7), w({2, 0, 2, 2}, 5), y({1, 2, 5, 5}, 5);
  const std::vector<float> before = y.values;
  DnnOptions options;
  options.beta = 3;
  options.convolution = &convolution;
  dnn_conv(x.view(), w.view(), y.view(), options);
  for (std::size_t i = 0; i < before.size(); ++i) EXPECT_EQ(y.values[i], 3 * before[i]);
  options.beta = 0;
  dnn_conv(x.view(), w.view(), y.view(), options);
  EXPECT_EQ(y.values, std::vector<float>(before.size(), 0.0F));
  EXPECT_TRUE(world.mine.ran.empty());
}

TEST(DnnViews, NeedNotBeContiguous) {
  ConvolvingWorld world;
  Convolution convolution = world.convolution("none");
  const PlainLoop loop({2, 3, 7, 6}, {4, 3, 3, 2}, {});
  Made x({2, 3, 7, 6}, 7), w({4, 3, 3, 2}, 5), y(loop.output(), 2);
  const Expected expected(loop, x, w, y);
  // The same tensors with other axes innermost.
  Made x_turned({3, 2, 7, 6}, 1), w_turned({4, 3, 2, 3}, 1), y_turned({2, 4, 5, 5}, 1);
  const TensorView x_view = exchanged(x_turned.view(), 0, 1);
  const TensorView w_view = exchanged(w_turned.view(), 2, 3);
  const TensorView y_view = exchanged(y_turned.view(), 2, 3);
  copy(x.view(), x_view);
  copy(w.view(), w_view);
  DnnOptions options;
  options.convolution = &convolution;
  dnn_conv(x_view, w_view, y_view, options);
  copy(y_view, y.view());
  EXPECT_EQ(y.values, expected.y);
}

DnnCall typed(DataType image, DataType kernel, DataType result, std::optional<PrecisionRule> rule,
              Direction direction = Direction::forward) {
  static double somewhere = 0;
  DnnOptions options;
  options.precision = rule;
  const TensorView img{&somewhere, image, {2, 3, 7, 6}, {}},
      out{&somewhere, result, {2, 4, 5, 5}, {}};
  const TensorView kerns{&somewhere, kernel, {4, 3, 3, 2}, {}};
  switch (direction) {
    case Direction::forward: return forward_call(2, img, kerns, out, options);
    case Direction::backward_data:
      return gradinput_call(2, kerns, {&somewhere, image, out.dims, {}},
                            {&somewhere, result, img.dims, {}}, options);
    default:
      return gradweight_call(2, img, {&somewhere, kernel, out.dims, {}},
                             {&somewhere, result, kerns.dims, {}}, options);
  }
}

TEST(DnnTypes, InputsMeetInTheirCommonType) {
  using enum DataType;
  struct Case {
    DataType image, kernel, common;
  };
  for (const Case& c : {Case{f32, f32, f32}, Case{f16, f32, f32}, Case{f32, f64, f64},
                        Case{f16, bf16, f32}, Case{bf16, bf16, bf16}, Case{f16, f16, f16}}) {
    const DnnCall call = typed(c.image, c.kernel, c.common, {});
    EXPECT_EQ(call.problem->source_type, c.common);
    EXPECT_EQ(call.problem->filter_type, c.common);
    EXPECT_EQ(call.problem->destination_type, c.common);
  }
}

TEST(DnnTypes, PrecisionIsTheTypeInWhichSumsAreMade) {
  using enum DataType;
  const auto accumulation = [](DataType type, PrecisionRule rule) {
    return typed(type, type, type, rule).problem->accumulation;
  };
  EXPECT_EQ(accumulation(f16, PrecisionRule::as_input_f32), f32);
  EXPECT_EQ(accumulation(f64, PrecisionRule::as_input_f32), f64);
  EXPECT_EQ(accumulation(f16, PrecisionRule::as_input), f16);
  EXPECT_EQ(accumulation(f32, PrecisionRule::as_input), f32);
  EXPECT_EQ(accumulation(f16, PrecisionRule::float16), f16);
  EXPECT_EQ(accumulation(f16, PrecisionRule::float32), f32);
  EXPECT_EQ(accumulation(f32, PrecisionRule::float64), f64);
  EXPECT_EQ(typed(f16, f16, f16, {}).problem->accumulation, f32);
}

template <typename Call>
std::string refusal(Call call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_input);
    return error.what();
  }
  return "nothing was refused";
}

TEST(DnnTypes, Float16SumsAreRefusedInGradients) {
  using enum DataType;
  for (const Direction direction : {Direction::backward_data, Direction::backward_weights}) {
    for (const PrecisionRule rule : {PrecisionRule::float16, PrecisionRule::as_input})
      EXPECT_THAT(refusal([&] { typed(f16, f16, f16, rule, direction); }),
                  testing::StartsWith("The gradient was to add up in f16"));
    EXPECT_NO_THROW(typed(f16, f16, f16, PrecisionRule::as_input_f32, direction));
  }
}

TEST(DnnTypes, Float16SumsAreRefusedWhereForwardIsAGradient) {
  float somewhere = 0;
  DnnOptions options = hinted(DirectionHint::none, "full");
  options.precision = PrecisionRule::float16;
  const TensorView img{&somewhere, DataType::f16, {2, 3, 7, 6}, {}};
  const TensorView kerns{&somewhere, DataType::f16, {4, 3, 3, 2}, {}};
  const TensorView out{&somewhere, DataType::f16, {2, 4, 9, 7}, {}};
  EXPECT_THAT(refusal([&] { forward_call(2, img, kerns, out, options); }),
              testing::StartsWith("The gradient was to add up in f16"));
  options.direction_hint = DirectionHint::forward_only;
  EXPECT_NO_THROW(forward_call(2, img, kerns, out, options));
}

// Theano's cache once lacked type and precision: the wrong algorithm was used again.
TEST(DnnTypes, EachTypeAndPrecisionIsAKeyOfItsOwn) {
  ConvolvingWorld world;
  Convolution convolution = world.convolution("guess_on_shape_change");
  const std::pair<DataType, PrecisionRule> types[] = {{DataType::f16, PrecisionRule::float16},
                                                      {DataType::f16, PrecisionRule::float32},
                                                      {DataType::f32, PrecisionRule::float32},
                                                      {DataType::f64, PrecisionRule::float64}};
  for (const auto& [type, rule] : types) {
    const PlainLoop loop({2, 3, 5, 5}, {2, 3, 40, 4}, {.border = "full"});
    Made x({2, 3, 5, 5}, 3), w({2, 3, 40, 4}, 3), y(loop.output(), 2);
    const Expected expected(loop, x, w, y);
    std::vector<double> memory(x.values.size() + w.values.size() + y.values.size());
    const TensorView img{memory.data(), type, x.dims, {}};
    const TensorView kerns{memory.data() + x.values.size(), type, w.dims, {}};
    const TensorView out{memory.data() + x.values.size() + w.values.size(), type, y.dims, {}};
    copy(x.view(), img);
    copy(w.view(), kerns);
    DnnOptions options = hinted(DirectionHint::forward_only, "full");
    options.precision = rule;
    options.convolution = &convolution;
    dnn_conv(img, kerns, out, options);
    copy(out, y.view());
    EXPECT_EQ(y.values, expected.y);
  }
  EXPECT_EQ(convolution.counts().selections, 4);
}

TEST(DnnErrors, NameTheArgumentAndWhatWasExpected) {
  Tensors t;
  Made three({2, 3, 7}, 7), channels({4, 2, 3, 2}, 5), wrong({2, 4, 5, 6}, 2),
      large({4, 3, 9, 2}, 5);
  const auto forward = [](Made& img, Made& kerns, Made& out, const DnnOptions& options = {}) {
    return refusal([&] { dnn_conv(img.view(), kerns.view(), out.view(), options); });
  };
  EXPECT_EQ(forward(three, t.kerns, t.out),
            "The image has the extents (2, 3, 7); expected 4 of them.");
  EXPECT_EQ(forward(t.img, channels, t.out),
            "The kernel (4, 2, 3, 2) takes 2 channels in each of 1 groups; expected them to make "
            "up the 3 channels of the image.");
  EXPECT_EQ(forward(t.img, t.kerns, wrong),
            "The result has the extents (2, 4, 5, 6); expected (2, 4, 5, 5), which is what this "
            "convolution makes.");
  EXPECT_THAT(forward(t.img, large, t.out), testing::HasSubstr("must fit the padded input"));
  DnnOptions pairs;
  pairs.border_mode = {1, 2, 3};
  EXPECT_THAT(forward(t.img, t.kerns, t.out, pairs),
              testing::StartsWith("The border mode is (1, 2, 3)"));
  DnnOptions grouped;
  grouped.num_groups = 3;
  Made depthwise({4, 1, 3, 2}, 5);
  EXPECT_THAT(forward(t.img, depthwise, t.out, grouped),
              testing::HasSubstr("groups must divide both channel counts"));
  EXPECT_EQ(refusal([&] {
              dnn_conv({t.img.values.data(), DataType::s32, t.img.dims, {}}, t.kerns.view(),
                       t.out.view());
            }),
            "The image is of type s32; expected a floating type.");
  EXPECT_EQ(refusal([&] {
              dnn_conv(t.img.view(), t.kerns.view(),
                       {t.out.values.data(), DataType::f16, t.out.dims, {}});
            }),
            "The result is of type f16; expected f32, which f32 and f32 share.");
  EXPECT_EQ(refusal([&] { dnn_gradweight(t.img.view(), wrong.view(), t.kerns.view()); }),
            "The top gradient has the extents (2, 4, 5, 6); expected (2, 4, 5, 5), which is what "
            "this convolution makes.");
}

TEST(DnnErrors, AnAlgorithmBesideAConvolutionIsOneTooMany) {
  ConvolvingWorld world;
  Convolution convolution = world.convolution("none");
  Tensors t;
  DnnOptions options;
  options.algo = "small";
  options.convolution = &convolution;
  EXPECT_THAT(refusal([&] { dnn_conv(t.img.view(), t.kerns.view(), t.out.view(), options); }),
              testing::StartsWith("The algo small was given beside a convolution"));
}

// The objects of the thread: the real machine, keeping nothing.
TEST(DnnConv, NeedsNoConvolution) {
  setenv("CONVTUNE_DB", ":memory:", 1);
  Tensors t;
  const PlainLoop loop(t.img.dims, t.kerns.dims, {});
  const Expected expected(loop, t.img, t.kerns, t.out);
  for (const char* algo : {"", "none", "guess_once"}) {
    DnnOptions options;
    options.algo = algo;
    dnn_conv(t.img.view(), t.kerns.view(), t.out.view(), options);
    EXPECT_EQ(t.out.values, expected.y) << algo;
  }
  DnnOptions unknown;
  unknown.algo = "fastest";
  EXPECT_THAT(refusal([&] { dnn_conv(t.img.view(), t.kerns.view(), t.out.view(), unknown); }),
              testing::StartsWith("There is no policy 'fastest'"));
  unsetenv("CONVTUNE_DB");
}

TEST(DnnVersion, IsOneNumber) {
  FakeBackend backend("lib");
  backend.library = {.name = "libfake", .header = "3.7.1", .runtime = "3.7.1", .path = {}};
  EXPECT_EQ(library_version(backend, true), 30701);
  backend.library = {.name = "libfake", .header = {}, .runtime = "9.10", .path = {}};
  EXPECT_EQ(library_version(backend, true), 91000);
}

TEST(DnnVersion, OfALibraryThatIsNotThere) {
  FakeBackend backend("lib");
  backend.missing = "libfake is not installed.";
  EXPECT_EQ(library_version(backend, false), -1);
  EXPECT_THROW(library_version(backend, true), Error);
}

TEST(DnnVersion, OfADeviceThatIsNotThere) {
  const Context elsewhere{.device = "nowhere"};
  EXPECT_EQ(dnn_version(false, elsewhere), -1);
  try {
    dnn_version(true, elsewhere);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::environment);
  }
}

TEST(DnnVersion, OfMixedVersionsIsAlwaysAnError) {
  FakeBackend backend("lib");
  backend.library.runtime = "2.0";
  for (const bool raises : {true, false}) try {
      library_version(backend, raises);
      ADD_FAILURE();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::environment);
      EXPECT_THAT(error.what(), testing::HasSubstr("headers of libfake 1.0, but libfake 2.0"));
    }
}

}  // namespace
}  // namespace convtune
