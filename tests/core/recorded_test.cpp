#include <gmock/gmock.h>

#include <convtune/error.hpp>
#include <convtune/recorded.hpp>

namespace convtune {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* times = "1000,2,3,4,5,6,7,8";

std::string line(const std::string& problem, const std::string& name,
                 const std::string& seconds = times) {
  return "net\t" + problem + "\tf32\t0\t" + name + "\t10\t0.5\t0.0\t2\t3.5\t64\t" + seconds + "\n";
}

TEST(Recorded, LinesOfOneProblemBelongTogether) {
  const RecordedList list =
      read_recorded("# made up\n" + line("ic3", "jit") + "\n" + line("ic4", "jit") +
                        line("ic3", "ref", "2,2,2,2,2,2,2,2,2"),
                    "file");
  EXPECT_THAT(list.notes, IsEmpty());
  ASSERT_EQ(list.problems.size(), 2U);
  const Recorded& first = list.problems.front();
  EXPECT_EQ(first.problem, "ic3 f32");
  EXPECT_EQ(first.rounds(), 8U) << "of a ninth only one has a time";
  ASSERT_EQ(first.entries.size(), 2U);
  EXPECT_EQ(first.entries[0].candidate, "jit#0");
  EXPECT_EQ(first.entries[0].workspace_bytes, 64U);
  EXPECT_DOUBLE_EQ(first.entries[0].first_call_seconds, 3.5e-6);
  EXPECT_DOUBLE_EQ(first.entries[0].seconds.front(), 1e-3);
  EXPECT_EQ(first.library_choice, 0U);
}

struct BadLine {
  const char* text;
  const char* where;
  const char* what;
};

TEST(Recorded, BadLinesAreNotesAndTheRestGoesOn) {
  const BadLine lines[] = {
      {"net", "f:1:4", "found the end, expected a tab and a problem"},
      {"\t\t", "f:1:1", "expected the name of a network"},
      {"net\tic3\tf32\tx", "f:1:13", "found 'x', expected a number"},
      {"net\tic3\tf32\t0\tjit\t1\t-1", "f:1:21", "expected the reorder of the source"},
      {"net\tic3\tf32\t0\tjit\t1\t1\t1\t1\tnan", "f:1:27", "expected the first call"},
      {"net\tic3\tf32\t0\tjit\t1\t1\t1\t1\t1\t1\t1,,2", "f:1:33", "a time in microseconds"},
      {"net\tic3\tf32\t0\tjit\t1\t1\t1\t1\t1\t1\t0", "f:1:31", "a time above 0"},
      {"net\tic3\tf32\t0\tjit\t1\t1\t1\t1\t1\t1\t5\t6", "f:1:32", "a comma or the end"},
  };
  for (const BadLine& bad : lines) {
    const RecordedList list = read_recorded(std::string(bad.text) + "\n" + line("ic4", "jit"), "f");
    EXPECT_EQ(list.problems.size(), 1U) << bad.text;
    ASSERT_EQ(list.notes.size(), 1U) << bad.text;
    EXPECT_EQ(list.notes.front().where, bad.where);
    EXPECT_THAT(list.notes.front().text, HasSubstr(bad.what));
  }
}

TEST(Recorded, TooFewRoundsAreSaid) {
  const RecordedList list = read_recorded(line("ic4", "jit") + line("ic3", "jit", "1,2"), "f");
  EXPECT_EQ(list.problems.size(), 1U);
  ASSERT_EQ(list.notes.size(), 1U);
  EXPECT_EQ(list.notes.front().where, "f:2:1");
  EXPECT_THAT(list.notes.front().text, HasSubstr("2 rounds, expected at least 4"));
}

TEST(Recorded, AFileWithoutAnyIsBadInput) {
  EXPECT_THROW(read_recorded_file("/nowhere/at/all.tsv"), Error);
}

Measurement measured(const std::string& configuration, int rounds, double slowdown = 1) {
  Measurement m;
  m.candidate.implementation = "own.conv";
  m.candidate.configuration = configuration;
  m.candidate.slowdown = slowdown;
  for (int round = 0; round < rounds; ++round) m.samples.push_back({round, 1.0 + round});
  return m;
}

TEST(Recorded, ARunGivesThoseThatWereNeverDropped) {
  convtune::Run run{.problem = parse_problem("fwd.f32.nchw_n1c4i6x6k4f3x3s1x1p1x1d1x1g1")};
  run.measurements = {measured("a", 8, 2), measured("dropped", 5), measured("b", 8)};
  const Recorded recorded = recorded_from(run);
  ASSERT_EQ(recorded.entries.size(), 2U);
  EXPECT_EQ(recorded.entries[0].candidate, "own.conv/a");
  EXPECT_EQ(recorded.entries[1].candidate, "own.conv/b");
  EXPECT_THAT(recorded.entries[1].seconds, ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
  EXPECT_EQ(recorded.library_choice, 1U) << "the likeliest where there is no baseline";
  run.measurements[0].candidate.baseline = true;
  EXPECT_EQ(recorded_from(run).library_choice, 0U);
}

TEST(Recorded, ARunOfFewRoundsGivesNothing) {
  convtune::Run run{.problem = parse_problem("fwd.f32.nchw_n1c4i6x6k4f3x3s1x1p1x1d1x1g1")};
  run.measurements = {measured("a", 3), measured("b", 3)};
  EXPECT_THAT(recorded_from(run).entries, IsEmpty());
  run.measurements = {measured("a", 4), measured("b", 3)};
  EXPECT_THAT(recorded_from(run).entries, IsEmpty());
}

}  // namespace
}  // namespace convtune
