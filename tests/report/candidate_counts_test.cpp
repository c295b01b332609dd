#include <gtest/gtest.h>

#include <report/candidate_counts.hpp>

namespace convtune {
namespace {

/// Two candidates, a refusal of one who was asked, and somebody who could not be.
Listing listing() {
  Listing listing;
  listing.candidates.resize(2);
  listing.refusals = {{"cpu.winograd", {}, "takes 3x3 filters only"},
                      {"onednn.convolution", {}, "oneDNN was not found"}};
  listing.unasked = {{"onednn.convolution", {}, "oneDNN was not found"}};
  return listing;
}

TEST(CandidateCounts, TellWhoRefusedFromWhoCouldNotBeAsked) {
  CandidateCounts total;
  total.add(listing());
  total.add(listing());
  EXPECT_EQ(rendered(total), "2 problems: 4 candidates, 2 refused, 2 not asked\n");
  total.rejected = 1;
  EXPECT_EQ(rendered(total), "2 problems: 4 candidates, 2 refused, 2 not asked; 1 line rejected\n");
  EXPECT_EQ(json(total),
            R"({"schema":"convtune.list_summary/1","problems":2,"candidates":4,"refused":2,)"
            R"("unasked":2,"rejected":1,"interrupted":false})");
}

TEST(CandidateCounts, AreALineAProblem) {
  const ListedProblem layer{.problem = parse_problem("bwdd.f32.nchw_n1c8i9x9k8f3x3s1x1p1x1d1x1g1"),
                            .names = {"conv1", "conv2"}};
  const CandidateCountTable table({layer}, Paper{});
  EXPECT_EQ(table.title_line(),
            "problem                                     candidates  refused  not asked  names\n");
  EXPECT_EQ(table.line(layer, listing()),
            "bwdd.f32.nchw_n1c8i9x9k8f3x3s1x1p1x1d1x1g1           2        1          1  conv1 "
            "conv2\n");
}

}  // namespace
}  // namespace convtune
