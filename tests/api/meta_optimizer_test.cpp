// Theano's meta-optimizer: the arithmetic over tags on its own registry, what it prints, and that
// nothing is timed twice.
#include <gmock/gmock.h>

#include <convtune/meta_optimizer.hpp>

#include "world.hpp"

namespace convtune {
namespace {

using testing::ElementsAre;
using Names = std::vector<std::string>;

struct Registered {
  const char* name;
  const char* operation;  ///< "2d fwd"
  Tags tags;
};

// What Theano 1.0 registers.
const std::vector<Registered> registered = [] {
  const Tags dnn = {"default", "cudnn", "conv_dnn"}, gemm = {"default", "conv_gemm"};
  const Tags other_dnn = {"default", "alternative", "cudnn", "conv_dnn"};
  const Tags other_gemm = {"default", "alternative", "conv_gemm"};
  std::vector<Registered> all;
  for (const char* operation :
       {"2d fwd", "2d gradW", "2d gradI", "3d fwd", "3d gradW", "3d gradI"}) {
    all.push_back({"cudnn", operation, dnn});
    all.push_back({"gemm", operation, gemm});
    all.push_back({"gemm_alt", operation, other_gemm});
    all.push_back({"cudnn_alt", operation, other_dnn});
  }
  all.push_back({"3d2d", "3d fwd", {"alternative", "conv3d2d"}});
  return all;
}();

Names survivors(const std::string& operation, const Tags& including, const Tags& excluding) {
  Names names;
  std::vector<Tags> tags;
  for (const Registered& each : registered)
    if (each.operation == operation) {
      names.emplace_back(each.name);
      tags.push_back(each.tags);
    }
  Names kept;
  for (const std::size_t i : surviving(tags, including, excluding)) kept.push_back(names[i]);
  return kept;
}

TEST(MetaArithmetic, DefaultsComeInOrder) {
  EXPECT_THAT(survivors("2d fwd", {}, {}), ElementsAre("cudnn", "gemm", "gemm_alt", "cudnn_alt"));
  EXPECT_THAT(survivors("3d fwd", {}, {}), ElementsAre("cudnn", "gemm", "gemm_alt", "cudnn_alt"));
}

// The cases of Theano's own test, in each operation.
TEST(MetaArithmetic, SelectsWhatTheanosTestExpects) {
  for (const char* operation : {"2d fwd", "2d gradW", "2d gradI", "3d gradW", "3d gradI"}) {
    EXPECT_THAT(survivors(operation, {}, {"conv_dnn", "alternative"}), ElementsAre("gemm"));
    EXPECT_THAT(survivors(operation, {"alternative"}, {"conv_dnn", "default"}),
                ElementsAre("gemm_alt"));
    EXPECT_THAT(survivors(operation, {}, {"conv_gemm", "alternative"}), ElementsAre("cudnn"));
    EXPECT_THAT(survivors(operation, {"alternative"}, {"conv_gemm", "default"}),
                ElementsAre("cudnn_alt"));
  }
  EXPECT_THAT(survivors("3d fwd", {}, {"conv_dnn", "alternative", "conv3d2d"}),
              ElementsAre("gemm"));
  EXPECT_THAT(survivors("3d fwd", {"alternative"}, {"conv_dnn", "default", "conv3d2d"}),
              ElementsAre("gemm_alt"));
  EXPECT_THAT(survivors("3d fwd", {"conv3d2d"}, {"default"}), ElementsAre("3d2d"));
}

TEST(MetaArithmetic, AddsAndSubtractsRatherThanJoinsSets) {
  // Included once and excluded once stays with the default's one.
  EXPECT_THAT(survivors("2d fwd", {"conv_dnn"}, {"cudnn"}),
              ElementsAre("cudnn", "gemm", "gemm_alt", "cudnn_alt"));
  EXPECT_THAT(survivors("2d fwd", {"alternative"}, {"alternative", "default"}), ElementsAre());
  EXPECT_THAT(survivors("3d fwd", {"conv3d2d"}, {}),
              ElementsAre("cudnn", "gemm", "gemm_alt", "cudnn_alt", "3d2d"));
  EXPECT_THAT(survivors("2d fwd", {"alternative", "alternative"}, {"default", "conv_dnn"}),
              ElementsAre("gemm_alt", "cudnn_alt"));
}

/// A world whose candidates are defaults.
struct MetaWorld : World {
  MetaWorld() {
    for (FakeImplementation* each : {&lib, &own})
      for (Candidate& candidate : each->candidates) candidate.tags.emplace_back("default");
  }
  MetaOptions options(int verbose) {
    MetaOptions options;
    options.verbose = verbose;
    options.print = [this](const std::string& line) { lines.push_back(line); };
    return options;
  }
  Choice optimize(const MetaOptions& options) {
    lines.clear();
    return MetaOptimizer(rooms()).optimize(problem, options);
  }
  Names lines;
};

TEST(MetaOptimizer, TakesTheFastestAcrossImplementations) {
  MetaWorld world;
  const Choice choice = world.optimize(world.options(2));
  EXPECT_EQ(choice.candidate, "lib.conv/fast");
  EXPECT_EQ(choice.seconds, 0.5);
  EXPECT_THAT(world.lines,
              ElementsAre("MetaOptimizer meta-optimizing " + text(world.problem) + " (3 choices):",
                          "* lib.conv/default: 1 sec", "* lib.conv/fast: 0.5 sec",
                          "* own.conv/plain: 0.8 sec", "= lib.conv/fast"));
}

TEST(MetaOptimizer, TellsByLevels) {
  MetaWorld world;
  world.lib.refusals = {{"takes no such stride", "other"}};
  world.outcomes = {{"own.conv/plain", Outcome::failed}};
  // A refusal has the tags of its implementation, which is no default here.
  MetaOptions including = world.options(1);
  including.including = {"direct"};
  world.optimize(including);
  EXPECT_THAT(world.lines, ElementsAre("* own.conv/plain: exception as the test wants it"));
  world.outcomes = {{"own.conv/plain", Outcome::too_slow}};
  world.store = make_memory_store();
  world.optimize(including);
  EXPECT_THAT(world.lines, ElementsAre());
  including.verbose = 2;
  world.optimize(including);
  EXPECT_THAT(world.lines, testing::Contains("* own.conv/plain: not raced: as the test wants it"));
  MetaWorld fresh;
  fresh.optimize(fresh.options(0));
  EXPECT_TRUE(fresh.lines.empty());
}

/// Refuses everything, and is a default.
class Refusing final : public Implementation {
 public:
  std::string_view name() const override { return "no.conv"; }
  Tags tags() const override { return {"default"}; }
  std::string_view summary() const override { return "made for a test"; }
  std::string_view backend() const override { return "own"; }
  Offer offer(const ConvProblem&, const Device&) const override {
    return Refusal{"takes nothing at all"};
  }
  std::unique_ptr<Plan> prepare(const ConvProblem&, const Candidate&,
                                const Device&) const override {
    return nullptr;
  }
};

TEST(MetaOptimizer, SaysWhoDoesNotApplyAndWhy) {
  MetaWorld world;
  const Refusing refusing;
  Rooms rooms = world.rooms();
  rooms.implementations.push_back(&refusing);
  MetaOptimizer(rooms).optimize(world.problem, world.options(1));
  EXPECT_THAT(world.lines, ElementsAre("* no.conv: not applicable: takes nothing at all"));
}

TEST(MetaOptimizer, TagsLeaveOut) {
  MetaWorld world;
  MetaOptions options = world.options(0);
  options.excluding = {"winograd"};
  EXPECT_EQ(world.optimize(options).candidate, "own.conv/plain");
  options.including = {"reference"};
  options.excluding = {"default"};
  EXPECT_EQ(world.optimize(options).candidate, "own.reference");
  options.including = {};
  const Choice nobody = world.optimize(options);
  EXPECT_EQ(nobody.candidate, "");
  EXPECT_EQ(nobody.reason, "No candidate is left by including [] and excluding [default].");
}

TEST(MetaOptimizer, TimesNothingTwice) {
  MetaWorld world;
  world.optimize(world.options(0));
  EXPECT_EQ(world.races.size(), 1U);
  const Choice again = world.optimize(world.options(2));
  EXPECT_EQ(world.races.size(), 1U);
  EXPECT_EQ(again.candidate, "lib.conv/fast");
  EXPECT_EQ(world.lines.back(), "= lib.conv/fast");
  // Less of the same is known, too.
  MetaOptions options = world.options(0);
  options.excluding = {"winograd"};
  EXPECT_EQ(world.optimize(options).candidate, "own.conv/plain");
  EXPECT_EQ(world.races.size(), 1U);
}

TEST(MetaOptimizer, KeepsToConstraints) {
  MetaWorld world;
  MetaOptions options = world.options(1);
  options.constraints.workspace_limit = 10;
  EXPECT_EQ(world.optimize(options).candidate, "own.conv/plain");
  EXPECT_THAT(world.lines, ElementsAre(testing::StartsWith(
                               "* lib.conv/fast: not applicable: needs 64 bytes of workspace")));
}

TEST(MetaOptimizer, NeedsEveryExtent) {
  struct Case {
    Direction direction;
    bool image, kernel;
    int unknown;
  };
  const Case cases[] = {{Direction::forward, false, true, 1},
                        {Direction::forward, false, false, 2},
                        {Direction::backward_weights, true, false, 1},
                        {Direction::backward_weights, false, true, 2},
                        {Direction::backward_data, false, true, 1}};
  for (const Case& c : cases) {
    MetaWorld world;
    MetaNode node;
    node.direction = c.direction;
    node.image = {2, 3, c.image ? PartialShape::value_type(5) : std::nullopt, 5};
    node.kernel = {4, 3, 3, c.kernel ? PartialShape::value_type(3) : std::nullopt};
    MetaOptimizer optimizer(world.rooms());
    EXPECT_EQ(optimizer.optimize(node, world.options(1)), std::nullopt);
    ASSERT_EQ(world.lines.size(), 1U);
    EXPECT_THAT(world.lines.front(), testing::StartsWith("MetaOptimizer cannot meta-optimize "));
    EXPECT_THAT(world.lines.front(),
                testing::EndsWith(", " + std::to_string(c.unknown) + " of 2 input shapes unknown"));
    EXPECT_TRUE(world.races.empty());
  }
}

TEST(MetaOptimizer, ANodeThatIsKnownIsAProblem) {
  MetaWorld world;
  MetaNode node;
  node.image = {2, 3, 5, 5};
  node.kernel = {4, 3, 3, 3};
  const auto choice = MetaOptimizer(world.rooms()).optimize(node, world.options(0));
  ASSERT_TRUE(choice);
  EXPECT_EQ(text(choice->problem), "fwd.f32.nchw_n2c3i5x5k4f3x3s1x1p0x0d1x1g1_flip");
  EXPECT_EQ(choice->candidate, "lib.conv/fast");
}

TEST(MetaOptimizer, AStoreThatFailsCostsAWarning) {
  MetaWorld world;
  world.open_error = "The disk is gone.";
  MetaOptimizer optimizer(world.rooms());
  EXPECT_EQ(optimizer.optimize(world.problem, world.options(0)).candidate, "lib.conv/fast");
  EXPECT_THAT(optimizer.warnings(), ElementsAre(testing::HasSubstr("The disk is gone.")));
}

}  // namespace
}  // namespace convtune
