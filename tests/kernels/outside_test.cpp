// Modules of others: what is used, what is not and why.
#include <filesystem>

#include <gtest/gtest.h>

#include <kernels/list.hpp>
#include <kernels/outside.hpp>

namespace convtune {
namespace {

std::string module(const std::string& variant) {
  return std::string(CONVTUNE_TEST_MODULES) + "/" + variant + ".so";
}

std::string problem_of(const std::string& variant) {
  const auto opened = open_outside_modules(module(variant));
  if (opened.size() != 1) return "not one module";
  EXPECT_EQ(opened[0].path, module(variant));
  EXPECT_EQ(opened[0].implementations.empty(), !opened[0].problem.empty());
  EXPECT_EQ(opened[0].backend == nullptr, !opened[0].problem.empty());
  return opened[0].problem;
}

TEST(OutsideModule, GivesItsImplementationsAndIsALibraryOfItsBackend) {
  const auto opened = open_outside_modules(module("good"));
  ASSERT_EQ(opened.size(), 1U);
  EXPECT_EQ(opened[0].problem, "");
  ASSERT_EQ(opened[0].implementations.size(), 1U);
  EXPECT_EQ(opened[0].implementations[0]->name(), "variant.kernel");
  ASSERT_NE(opened[0].backend, nullptr);
  EXPECT_EQ(opened[0].backend->name(), "variant");
  const auto libraries = opened[0].backend->libraries();
  ASSERT_EQ(libraries.size(), 1U);
  EXPECT_EQ(libraries[0].runtime, "1.0");
  EXPECT_EQ(libraries[0].path, module("good"));
}

TEST(OutsideModule, IsAnotherEnvironmentWhenItWasBuiltAgain) {
  const auto once = open_outside_modules(module("good"));
  const auto again = open_outside_modules(module("renewed"));
  ASSERT_EQ(again.size(), 1U);
  ASSERT_EQ(again[0].problem, "");
  const auto identity = once[0].backend->identity(Device{});
  EXPECT_EQ(identity.at("module_version"), "1.0");
  EXPECT_EQ(identity, open_outside_modules(module("good"))[0].backend->identity(Device{}));
  EXPECT_NE(identity.at("module_content"),
            again[0].backend->identity(Device{}).at("module_content"));
}

TEST(OutsideModule, IsNotUsedForAReasonThatIsSaid) {
  const struct {
    std::string variant, reason;
  } cases[] = {{"future", "has module interface"},
               {"other", "is not a convtune module: it has no convtune_module"},
               {"nameless", "it does not say its version"},
               {"taken", "there already is an implementation 'cpu.reference'"},
               {"taken_backend", "there already is a backend 'cpu'"},
               {"shouting", "'Variant Kernel' is not the name of an implementation"},
               {"spaced", "'a b' is not the name of a backend"},
               {"astray", "names the backend 'variant', the module's is 'elsewhere'"}};
  for (const auto& [variant, reason] : cases) {
    const std::string problem = problem_of(variant);
    EXPECT_NE(problem.find(reason), std::string::npos) << variant << ": " << problem;
    EXPECT_NE(problem.find(module(variant)), std::string::npos) << problem;
  }
}

TEST(OutsideModule, ThatIsMissingOrNoSharedObjectIsSaidAndTheRestIsUsed) {
  const auto opened = open_outside_modules("/nowhere/at_all.so::" CONVTUNE_SHAPES_FILE ":" +
                                           module("good") + ":" + module("good"));
  ASSERT_EQ(opened.size(), 3U) << "a module that is named twice is one";
  EXPECT_EQ(opened[0].problem, "The module /nowhere/at_all.so is not there");
  EXPECT_NE(opened[1].problem.find("cannot be opened"), std::string::npos) << opened[1].problem;
  EXPECT_EQ(opened[2].problem, "");
  EXPECT_EQ(opened[0].names, std::vector<std::string>{"/nowhere/at_all.so"});
  EXPECT_EQ(opened[2].names.size(), 2U) << "both names lead to it";
}

TEST(OutsideModule, MayNotTakeTheNameOfAnother) {
  const auto opened = open_outside_modules(module("good") + ":" + module("renewed"));
  ASSERT_EQ(opened.size(), 2U);
  EXPECT_EQ(opened[0].problem, "");
  EXPECT_NE(opened[1].problem.find("there already is a backend 'variant'"), std::string::npos);
}

TEST(OutsideModule, IsFoundInAFolder) {
  const auto opened = open_outside_modules(CONVTUNE_TEST_MODULES);
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(CONVTUNE_TEST_MODULES))
    files += entry.path().extension() == ".so" ? 1 : 0;
  EXPECT_EQ(opened.size(), files);
  for (const OutsideModule& module : opened)
    EXPECT_EQ(module.names, std::vector<std::string>{CONVTUNE_TEST_MODULES});
  EXPECT_TRUE(open_outside_modules("").empty());
}

}  // namespace
}  // namespace convtune
