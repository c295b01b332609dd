// The module from the outside: what a process sees with it, without it, and with a wrong one.
#include <filesystem>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <convtune/module.hpp>

#include "process.hpp"
#include "versions.hpp"

namespace convtune {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

std::string with_modules(const std::string& folder) {
  return "CONVTUNE_MODULE_DIR='" + folder + "' " ONEDNN_PROBE;
}

TEST(Module, IsFoundBesideTheProgramAndKeepsItsSymbolsToItself) {
  const auto facts = lines_of(ONEDNN_PROBE);
  EXPECT_EQ(line_after(facts, "unavailable: "), "");
  EXPECT_EQ(line_after(facts, "global before: "), "0");
  EXPECT_EQ(line_after(facts, "global after: "), "0");
  EXPECT_THAT(line_after(facts, "library: "), AllOf(StartsWith("oneDNN 2."), HasSubstr("libdnnl")));
}

TEST(Module, ThrowsErrorsThatTheProgramCatches) {
  EXPECT_THAT(line_after(lines_of(ONEDNN_PROBE), "error: "),
              AllOf(StartsWith("0 onednn.convolution/direct/none/nchw"),
                    HasSubstr("oneDNN lists no such kernel")));
}

TEST(Module, ThatIsMissingIsARefusalThatSaysWhatToInstall) {
  const auto facts = lines_of(with_modules("/nonexistent"));
  for (const char* place : {"unavailable: ", "refused: ", "error: "})
    EXPECT_THAT(line_after(facts, place),
                AllOf(HasSubstr("was not found in /nonexistent"), HasSubstr("libdnnl2")))
        << place;
  EXPECT_EQ(line_after(facts, "candidates: "), "0");
  EXPECT_EQ(line_after(facts, "library: "), "(none)");
}

TEST(Module, OfAnotherInterfaceIsRefused) {
  EXPECT_THAT(line_after(lines_of(with_modules(ONEDNN_MODULES "/future")), "unavailable: "),
              HasSubstr(fmt::format("has module interface {}, this program has {}",
                                    module_interface + 1, module_interface)));
}

TEST(Module, ThatIsNoneIsRefused) {
  EXPECT_THAT(line_after(lines_of(with_modules(ONEDNN_MODULES "/other")), "unavailable: "),
              HasSubstr("is not a convtune module"));
}

TEST(Module, UsesItsOwnLibraryBesideTheProgramsOwn) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "the address sanitizer refuses the binding that this needs";
#endif
  const auto facts = lines_of(ONEDNN_BESIDE);
  EXPECT_EQ(line_after(facts, "global before: "), "1");
  EXPECT_EQ(line_after(facts, "unavailable: "), "");
  EXPECT_THAT(line_after(facts, "library: "), StartsWith("oneDNN 2."));
}

TEST(Versions, MustBeEqual) {
  EXPECT_EQ(onednn::version_objection("2.6.3", "2.6.3", "libdnnl.so.2"), "");
  for (const char* runtime : {"2.6.4", "2.7.0", "3.6.3"})
    EXPECT_THAT(onednn::version_objection("2.6.3", runtime, "/usr/lib/libdnnl.so.2"),
                AllOf(HasSubstr("headers of oneDNN 2.6.3"), HasSubstr("/usr/lib/libdnnl.so.2 is"),
                      HasSubstr(runtime)));
}

}  // namespace
}  // namespace convtune
