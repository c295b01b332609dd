#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "listed.hpp"
#include "read.hpp"

namespace convtune {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* own = "fwd.f32.nchw_n1c1i4k1f1s1p0d1g1";

TEST(Json, IsAListOfTextsOrOfObjects) {
  const ProblemList list = read(
      R"([ "n1c1i4k1f1", {"problem": "mb1ic1iw5oc1kw1", "repeats": 3, "names": ["a", "b"]},
           {"problem": "n1c1i4k1f1", "repeats": 2, "names": ["c"], "speedup": 1.5} ])");
  EXPECT_THAT(lines(list),
              ElementsAre(std::string(own) + " *3 c", "fwd.f32.nchw_n1c1i5k1f1s1p0d1g1 *3 a b"));
  EXPECT_THAT(notes(list), IsEmpty());
}

TEST(Json, IsWhatConvtuneWrites) {
  const ProblemList list = read(
      R"({"schema":"convtune.list/1","problems":[{"problem":"n1c1i4k1f1","repeats":2,"names":[]}]}
{"schema":"convtune.tuned/1","problem":"n1c1i4k1f1","names":["x"],"repeats":1,"choice":{}}
{"schema":"convtune.tune_summary/1","problems":1,"tuned":1}
)");
  EXPECT_THAT(lines(list), ElementsAre(std::string(own) + " *3 x"));
  EXPECT_THAT(notes(list), IsEmpty());
}

TEST(Json, ErrorsSayLineAndColumn) {
  const ProblemList list = read(
      "[\n  \"n1c1i4k1f1\",\n  {\"problem\": \"n1c1i4q1\"}, 7,\n  {\"name\": 1},\n"
      "  {\"problem\": \"n1c1i4k1f1\", \"repeats\": 0},\n"
      "  {\"problem\": \"n1c1i4k1f1\", \"names\": \"a\"}\n]");
  EXPECT_THAT(lines(list), ElementsAre(std::string(own) + " *1"));
  EXPECT_THAT(
      notes(list),
      ElementsAre(
          "rejected input:3:15 column 7 of 'n1c1i4q1': found 'q1', expected one of the sizes "
          "k f s p d g",
          HasSubstr("rejected input:3:2"),
          "rejected input:4:3 'problem' with a text or 'problems' with a list was expected",
          HasSubstr("'repeats' must be a whole number of at least 1"),
          HasSubstr("'names' must be a list of texts")));
}

TEST(Json, DamagedDocumentsDoNotTakeTheOthersWithThem) {
  const ProblemList list = read(
      "{\"problem\":\"n1c1i4k1f1\"}\n{\"problem\": oops}\n"
      "{\"problem\":\"n1c1i5k1f1\"}\n");
  EXPECT_EQ(list.problems.size(), 2u);
  ASSERT_EQ(list.notes.size(), 1u);
  EXPECT_EQ(list.notes[0].where, "input:2:13");
  EXPECT_THAT(list.notes[0].text, HasSubstr("syntax error"));
}

TEST(Json, OneThatEndsTooEarlySaysSo) {
  for (const char* content : {"[", " {", "[{\"problem\": \"n1c1i4k1f1\"", "[\"n1c1i4"}) {
    const ProblemList list = read(content);
    ASSERT_EQ(list.notes.size(), 1u) << content;
    EXPECT_EQ(list.notes[0].text, "the JSON ends too early") << content;
  }
}

TEST(Json, DepthIsBounded) {
  const ProblemList list = read(std::string(100000, '['));
  ASSERT_EQ(list.notes.size(), 1u);
  EXPECT_EQ(list.notes[0].where, "input:1:33");
  EXPECT_EQ(list.notes[0].text, "nested more than 32 deep");
}

}  // namespace
}  // namespace convtune
