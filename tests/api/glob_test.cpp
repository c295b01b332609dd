#include "glob.hpp"

#include <gtest/gtest.h>

namespace convtune {
namespace {

struct GlobCase {
  const char *pattern, *text;
  bool matches;
};

TEST(Glob, Table) {
  constexpr GlobCase cases[] = {
      {"", "", true},
      {"", "a", false},
      {"*", "", true},
      {"*", "a/b:c", true},
      {"onednn.convolution/*winograd*", "onednn.convolution/winograd/jit", true},
      {"onednn.convolution/*winograd*", "onednn.convolution/direct/jit", false},
      {"a?c", "abc", true},
      {"a?c", "ac", false},
      {"*a*b*c", "xxaxxbxxc", true},
      {"*a*b*c", "xxaxxbxxcx", false},
      {"*ab", "aab", true},
      {"[abc]x", "bx", true},
      {"[a-c]x", "dx", false},
      {"[!a-c]x", "dx", true},
      {"[^a-c]x", "bx", false},
      {"[]]x", "]x", true},
      {"[x", "[x", true},
      {"[x", "x", false},
      {"a.b", "axb", false},
      {"via.forward/[a.b/c]", "via.forward/[a.b/c]", true},
      {"**", "abc", true},
  };
  for (const GlobCase& each : cases)
    EXPECT_EQ(matches(each.pattern, each.text), each.matches) << each.pattern << " " << each.text;
}

TEST(Glob, MayMatchWhatBeginsAsItDoes) {
  for (const char* pattern : {"*", "a.b/c", "a.b/*", "*/z", "?.b*", "[a-c].b/x", "a.b/"})
    EXPECT_TRUE(may_match_behind(pattern, "a.b/")) << pattern;
  for (const char* pattern : {"", "a.b", "b.a/*", "[!a].b/*", "a.?"})
    EXPECT_FALSE(may_match_behind(pattern, "a.b/")) << pattern;
}

TEST(Glob, ALiteralMatchesItselfAlone) {
  for (const char* name : {"a.b/c", "via.backward_data/[onednn.convolution/default]", "*?[!]"})
    EXPECT_TRUE(matches(literal(name), name)) << literal(name);
  EXPECT_FALSE(matches(literal("a*"), "ab"));
  EXPECT_FALSE(matches(literal("[a]"), "a"));
}

}  // namespace
}  // namespace convtune
