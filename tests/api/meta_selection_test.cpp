// The selection table of Theano's Conv_opt_test over what is really listed: who survives each pair
// of tags on each of its problems, and which problems the alternatives leave alone. Rows of cuDNN
// are asked of an H200 that is only described, where the module is built. Rows whose
// implementations are not there yet say what they wait for, and fail once it has come.
#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <convtune/error.hpp>
#include <convtune/meta_optimizer.hpp>

#include "rooms.hpp"

namespace convtune {
namespace {

using Shape = std::vector<std::int64_t>;

bool carries(const Tags& tags, const char* tag) {
  return std::ranges::find(tags, tag) != tags.end();
}

Rooms rooms_of(const std::string& device) {
  Context context;
  context.database = ":memory:";
  context.device = device;
  return real_rooms(context);
}

/// Why the rows of cuDNN can only be listed here; empty: they can be asked.
std::string cudnn_missing(const Rooms& rooms) {
  return rooms.backend("cudnn").unavailable();
}

ConvProblem problem_of(const Shape& image, const Shape& kernel, Direction direction,
                       const ConvParameters& parameters = {}) {
  ConvShape shape = conv_shape(image, kernel, parameters);
  shape.direction = direction;
  return ConvProblem::make(shape);
}

constexpr Direction directions[] = {Direction::forward, Direction::backward_weights,
                                    Direction::backward_data};

struct Layer {
  Shape image, kernel;
};
const std::vector<Layer> layers_2d = {
    {{2, 3, 5, 5}, {4, 3, 3, 3}}, {{2, 2, 5, 7}, {3, 2, 3, 5}}, {{2, 1, 3, 3}, {4, 1, 1, 1}}};
const std::vector<Layer> layers_3d = {{{2, 3, 5, 5, 5}, {4, 3, 3, 3, 3}},
                                      {{2, 2, 5, 7, 5}, {3, 2, 3, 5, 3}},
                                      {{2, 1, 3, 3, 3}, {4, 1, 1, 1, 1}}};

/// Which of Theano's families must be what is left. Families that it did not have are left aside.
struct Row {
  const char* name;
  Tags including, excluding;
  const char* family;
  bool alternative;
  const char* waits_for = "";  ///< empty: it must pass
  const char* device = "cpu";
};
void PrintTo(const Row& row, std::ostream* out) {
  *out << row.name;
}

const char* const for_conv3d2d = "an implementation tagged conv3d2d";

const std::vector<Row> rows = {
    {"DirectGemm", {}, {"conv_dnn", "alternative"}, "conv_gemm", false},
    {"OtherPassGemm", {"alternative"}, {"conv_dnn", "default"}, "conv_gemm", true},
    {"DirectCudnn", {}, {"conv_gemm", "alternative"}, "conv_dnn", false, "", "h200"},
    {"DirectGemmOnAGpu", {}, {"conv_dnn", "alternative"}, "conv_gemm", false, "", "h200"},
    {"OtherPassGemmOnAGpu",
     {"alternative"},
     {"conv_dnn", "default"},
     "conv_gemm",
     true,
     "",
     "h200"},
    {"OtherPassCudnn", {"alternative"}, {"conv_gemm", "default"}, "conv_dnn", true, "", "h200"},
};
const std::vector<Row> forward_3d_rows = {
    {"DirectGemm", {}, {"conv_dnn", "alternative", "conv3d2d"}, "conv_gemm", false},
    {"OtherPassGemm", {"alternative"}, {"conv_dnn", "default", "conv3d2d"}, "conv_gemm", true},
    {"DirectCudnn", {}, {"conv_gemm", "alternative", "conv3d2d"}, "conv_dnn", false, "", "h200"},
    {"OtherPassCudnn",
     {"alternative"},
     {"conv_gemm", "default", "conv3d2d"},
     "conv_dnn",
     true,
     "",
     "h200"},
    {"Conv3d2dAlone", {"conv3d2d"}, {"default"}, "conv3d2d", true, for_conv3d2d},
};

bool of_theano(const Tags& tags) {
  return carries(tags, "conv_gemm") || carries(tags, "conv_dnn") || carries(tags, "conv3d2d");
}

std::vector<MetaOptimizer::Entry> applicable(const ConvProblem& problem, const Row& row) {
  MetaOptions options;
  options.including = row.including;
  options.excluding = row.excluding;
  std::vector<MetaOptimizer::Entry> entries =
      MetaOptimizer(rooms_of(row.device)).entries(problem, options);
  std::erase_if(entries, [](const auto& each) {
    return !each.not_applicable.empty() || !of_theano(each.tags);
  });
  return entries;
}

// What stands in for the table's "exactly this op": its family, and nothing else of Theano's.
void expect_row(const Row& row, const ConvProblem& problem) {
  const auto left = applicable(problem, row);
  if (*row.waits_for != '\0') {
    EXPECT_TRUE(left.empty()) << row.name << " waits for " << row.waits_for
                              << ", which is there: take the note off that row";
    return;
  }
  EXPECT_FALSE(left.empty()) << row.name << " " << text(problem);
  for (const auto& each : left) {
    EXPECT_TRUE(carries(each.tags, row.family)) << row.name << " " << each.name;
    EXPECT_EQ(carries(each.tags, "alternative"), row.alternative) << row.name << " " << each.name;
  }
}

class MetaSelection : public testing::TestWithParam<Row> {
 protected:
  void SetUp() override {
    const Rooms rooms = rooms_of(GetParam().device);
    if (rooms.device.kind == DeviceKind::cpu) return;
    if (const std::string missing = cudnn_missing(rooms); !missing.empty())
      GTEST_SKIP() << "expected, with cuDNN: " << missing;
  }
};

TEST_P(MetaSelection, LeavesWhatTheanosTestExpects) {
  for (const Layer& layer : layers_2d)
    for (const Direction direction : directions)
      expect_row(GetParam(), problem_of(layer.image, layer.kernel, direction));
  for (const Layer& layer : layers_3d)
    for (const Direction direction : {Direction::backward_weights, Direction::backward_data})
      expect_row(GetParam(), problem_of(layer.image, layer.kernel, direction));
  if (*GetParam().waits_for != '\0') GTEST_SKIP() << "expected, with " << GetParam().waits_for;
}
INSTANTIATE_TEST_SUITE_P(Rows, MetaSelection, testing::ValuesIn(rows),
                         [](const auto& row) { return std::string(row.param.name); });

class MetaSelectionForward3d : public MetaSelection {};

TEST_P(MetaSelectionForward3d, LeavesWhatTheanosTestExpects) {
  for (const Layer& layer : layers_3d)
    expect_row(GetParam(), problem_of(layer.image, layer.kernel, Direction::forward));
  if (*GetParam().waits_for != '\0') GTEST_SKIP() << "expected, with " << GetParam().waits_for;
}
INSTANTIATE_TEST_SUITE_P(Rows, MetaSelectionForward3d, testing::ValuesIn(forward_3d_rows),
                         [](const auto& row) { return std::string(row.param.name); });

struct Alternative {
  const char* name;
  Layer layer;
  ConvParameters parameters;
  std::vector<Direction> applies;  ///< where some alternative does
};

const std::vector<Alternative> alternatives = {
    {"Valid",
     {{2, 3, 5, 5}, {4, 3, 3, 3}},
     {},
     {Direction::forward, Direction::backward_weights, Direction::backward_data}},
    {"Full", {{2, 3, 5, 5}, {4, 3, 3, 3}}, {.border = "full"}, {Direction::forward}},
    {"FullDilated",
     {{4, 2, 5, 5}, {3, 2, 3, 3}},
     {.border = "full", .dilation = {2, 2}},
     {Direction::forward}},
    {"Dilated", {{4, 2, 7, 7}, {3, 2, 3, 3}}, {.dilation = {2, 2}}, {Direction::backward_data}},
    {"Strided", {{2, 3, 7, 7}, {4, 3, 3, 3}}, {.subsample = {2, 2}}, {}},
    {"ThreeGroups", {{2, 6, 5, 5}, {3, 2, 3, 3}}, {.groups = 3}, {}},
    {"TwoGroups", {{2, 4, 5, 5}, {2, 2, 3, 3}}, {.groups = 2}, {}},
    {"Half", {{2, 3, 5, 5}, {4, 3, 3, 3}}, {.border = "half"}, {}},
    {"Unshared", {{2, 2, 4, 4}, {2, 2, 2, 2, 3, 3}}, {.unshared = true}, {}},
    {"UnsharedWide", {{3, 2, 5, 3}, {2, 3, 1, 2, 3, 3}}, {.unshared = true}, {}},
};

class Alternatives : public testing::TestWithParam<Alternative> {};

TEST_P(Alternatives, ApplyWhereTheanosDid) {
  const Alternative& row = GetParam();
  const Row everything{.name = row.name,
                       .including = {"alternative"},
                       .excluding = {"default"},
                       .family = "",
                       .alternative = true};
  for (const Direction direction : directions) {
    const ConvProblem problem =
        problem_of(row.layer.image, row.layer.kernel, direction, row.parameters);
    const bool expected = std::ranges::find(row.applies, direction) != row.applies.end();
    EXPECT_EQ(!applicable(problem, everything).empty(), expected) << text(problem);
    Row on_gpu = everything;
    on_gpu.device = "h200";
    const bool asked = cudnn_missing(rooms_of("h200")).empty();
    EXPECT_EQ(!applicable(problem, on_gpu).empty(), expected && asked) << text(problem);
  }
}
INSTANTIATE_TEST_SUITE_P(Rows, Alternatives, testing::ValuesIn(alternatives),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace convtune
