#include <amounts.hpp>
#include <gtest/gtest.h>
#include <progress.hpp>
#include <suggestion.hpp>

#include <convtune/error.hpp>

namespace convtune {
namespace {

TEST(Bytes, CountInEveryUnit) {
  EXPECT_EQ(parse_bytes("0"), 0u);
  EXPECT_EQ(parse_bytes("4096"), 4096u);
  EXPECT_EQ(parse_bytes("17B"), 17u);
  EXPECT_EQ(parse_bytes("1MB"), 1000000u);
  EXPECT_EQ(parse_bytes("64MiB"), 64u << 20);
  EXPECT_EQ(parse_bytes("1.5GiB"), 3u << 29);
  EXPECT_EQ(parse_bytes("2kib"), 2048u);
}

TEST(Bytes, RefuseWhatIsNoSize) {
  for (const char* text :
       {"", "MiB", "-1", "64M", "1 MB", "1MBx", "1e3", "nan", "inf", "99999999TiB"})
    EXPECT_THROW(parse_bytes(text), Error) << text;
}

TEST(Durations, AddTheirParts) {
  EXPECT_DOUBLE_EQ(parse_duration("10m"), 600);
  EXPECT_DOUBLE_EQ(parse_duration("90s"), 90);
  EXPECT_DOUBLE_EQ(parse_duration("45"), 45);
  EXPECT_DOUBLE_EQ(parse_duration("1h30m"), 5400);
  EXPECT_DOUBLE_EQ(parse_duration("30d"), 30 * 86400);
  EXPECT_DOUBLE_EQ(parse_duration("250ms"), 0.25);
  EXPECT_DOUBLE_EQ(parse_duration("0"), 0);
}

TEST(Durations, RefuseWhatIsNone) {
  for (const char* text : {"", "m", "-5s", "10 m", "10x", "1h-3m", "1s5", "5 ", "1h30"})
    EXPECT_THROW(parse_duration(text), Error) << text;
}

TEST(Suggestion, FindsTheWordThatWasMeant) {
  const std::vector<std::string> known = {"tune", "bench", "select", "verify"};
  EXPECT_EQ(closest("tnue", known), "tune");
  EXPECT_EQ(closest("selct", known), "select");
  EXPECT_EQ(closest("ver", known), "verify");
  EXPECT_EQ(closest("banana", known), "");
  EXPECT_EQ(not_one_of("rase", {"one_run", "race"}),
            "'rase' is none of one_run, race; did you mean 'race'?");
}

TEST(Progress, FitsItsLine) {
  EXPECT_EQ(progress_line(5, 20, "conv6", "racing", 40.0, 80),
            "[=====>              ]  6/20 conv6: racing, about 40 s left");
  EXPECT_EQ(progress_line(0, 1, "a", "", {}, 26), "[>                   ] 1/1");
}

}  // namespace
}  // namespace convtune
