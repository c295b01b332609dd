#include <iostream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <convtune/problem_list.hpp>

#include "temporary_folder.hpp"

namespace convtune {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string refused(const std::string& argument) {
  try {
    read_source(argument);
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_input);
    return error.what();
  }
}

TEST(Source, IsProblemTextOfAnyGrammar) {
  EXPECT_EQ(read_source("n1c1i4k1f1").problems.size(), 1u);
  EXPECT_EQ(read_source("mb1ic1iw4oc1kw1n\"a*2\"").problems[0].repeats, 2);
}

TEST(Source, IsAnInstalledSet) {
  const ProblemList list = read_source("resnet50");
  EXPECT_EQ(list.problems.size(), 20u);
  std::int64_t layers = 0;
  for (const ListedProblem& problem : list.problems) layers += problem.repeats;
  EXPECT_EQ(layers, 53);
  EXPECT_THAT(list.problems[1].names, ElementsAre("resnet_50:res2a_branch1"));
  EXPECT_EQ(read_source("resnet_50").problems.size(), 20u);
}

TEST(Source, IsAFileByItsContent) {
  const TemporaryFolder folder;
  const ProblemList list = read_source(folder.write("shapes.onnx", "n1c1i4k1f1\nnonsense\n"));
  EXPECT_EQ(list.problems.size(), 1u);
  ASSERT_EQ(list.notes.size(), 1u);
  EXPECT_TRUE(list.notes[0].rejected);
}

TEST(Source, IsStandardInput) {
  std::istringstream in("n1c1i4k1f1\n");
  std::streambuf* const before = std::cin.rdbuf(in.rdbuf());
  const ProblemList list = read_source("-");
  std::cin.rdbuf(before);
  EXPECT_EQ(list.problems.size(), 1u);
}

TEST(Source, WithoutAProblemIsBadInput) {
  const TemporaryFolder folder;
  const std::string empty = folder.write("empty", "# nothing\n\n");
  EXPECT_EQ(refused(empty), "'" + empty + "' holds no problem");
  const std::string bad = folder.write("bad", "\nn1c1i4k1f9\n");
  EXPECT_EQ(refused(bad), "'" + bad + "' holds no valid problem; " + bad +
                              ":2:1: the filter (9 with its dilation) must fit the padded input "
                              "(4) along w");
  const std::string binary = folder.write("binary", std::string("a\0b", 3));
  EXPECT_EQ(refused(binary), "'" + binary + "' is not a text");
  const std::string control = folder.write("control", "n1c1i4k1f1 \x02\n");
  EXPECT_EQ(refused(control), "'" + control + "' is not a text");
  const std::string coloured = folder.write("coloured", "# \x1B[1mbold\x1B[0m\r\nn1c1i4k1f1\n");
  EXPECT_EQ(read_source(coloured).problems.size(), 1u);
}

TEST(Source, ThatIsNothingSuggestsSets) {
  EXPECT_EQ(refused("resnet"),
            "'resnet' is no problem text, no file and no installed shape set (did you mean "
            "resnet50?)");
  EXPECT_THAT(refused("vgg18"), HasSubstr("(did you mean vgg19?)"));
  EXPECT_THAT(refused("unte"), HasSubstr("(did you mean unet?)"));
  EXPECT_EQ(refused("/no/such/file"),
            "'/no/such/file' is no problem text, no file and no installed shape set");
  EXPECT_EQ(refused(""), "'' is no problem text, no file and no installed shape set");
}

TEST(Source, ThatIsABadTextSaysWhere) {
  EXPECT_THAT(refused("fwd.f32.nchw_n1c1i4k1"), HasSubstr("column 22 of"));
  EXPECT_EQ(refused("n1c1i4k1f9"),
            "'n1c1i4k1f9': the filter (9 with its dilation) must fit the padded input (4) along w");
}

TEST(ShapeSets, AreSortedAndDescribed) {
  std::vector<std::string> names;
  for (const ShapeSet& set : shape_sets()) names.emplace_back(set.name);
  EXPECT_THAT(names, ElementsAre("alexnet", "deepbench_training", "dilated", "googlenet", "i3d",
                                 "mobilenet", "mobilenet_dw", "resnet50", "resnext101", "unet",
                                 "unet3d", "vgg19", "wavenet", "xception", "yolov2"));
  EXPECT_EQ(shape_set("resnet50")->summary, "ResNet-50: 20 layers");
  EXPECT_EQ(shape_set("resnet"), std::nullopt);
}

}  // namespace
}  // namespace convtune
