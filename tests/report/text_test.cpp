#include <limits>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <report/facts.hpp>
#include <report/replay.hpp>
#include <report/text.hpp>
#include <report/units.hpp>

#include "values.hpp"

namespace convtune {
namespace {

constexpr Paper pipe{};
constexpr Paper narrow{.width = 60, .colour = false};
constexpr Paper colourful{.width = 0, .colour = true};

TEST(Units, HaveThreeDigits) {
  EXPECT_EQ(human_seconds(0.0), "0 s");
  EXPECT_EQ(human_seconds(8.5e-9), "8.50 ns");
  EXPECT_EQ(human_seconds(1.234e-5), "12.3 us");
  EXPECT_EQ(human_seconds(0.000999), "999 us");
  EXPECT_EQ(human_seconds(0.0009996), "1.00 ms");
  EXPECT_EQ(human_seconds(0.123456), "123 ms");
  EXPECT_EQ(human_seconds(59.9), "59.9 s");
  EXPECT_EQ(human_seconds(125.0), "2 min 5 s");
  EXPECT_EQ(human_seconds(7500.0), "2 h 5 min");
  EXPECT_EQ(human_seconds(std::numeric_limits<double>::quiet_NaN()), "-");
  EXPECT_EQ(human_seconds(std::optional<double>{}), "-");
  EXPECT_EQ(human_bytes(0), "0 B");
  EXPECT_EQ(human_bytes(1023), "1023 B");
  EXPECT_EQ(human_bytes(1536), "1.5 KiB");
  EXPECT_EQ(human_bytes(64 << 20), "64 MiB");
  EXPECT_EQ(human_bytes(std::uint64_t{1} << 40), "1 TiB");
  EXPECT_EQ(human_ratio(1.2345), "1.23x");
  EXPECT_EQ(human_ratio(12.345), "12.3x");
  EXPECT_EQ(human_ratio({}), "-");
  EXPECT_EQ(utc_time(1700000000), "2023-11-14T22:13:20Z");
  EXPECT_EQ(counted(1, "thread"), "1 thread");
  EXPECT_EQ(counted(2, "thread"), "2 threads");
}

TEST(BrokenInto, PrefersThePartsOfNames) {
  using testing::ElementsAre;
  EXPECT_THAT(broken_into("short", 10), ElementsAre("short"));
  EXPECT_THAT(broken_into("", 10), ElementsAre(""));
  EXPECT_THAT(broken_into("onednn.convolution/direct/x", 20),
              ElementsAre("onednn.convolution/", "direct/x"));
  EXPECT_THAT(broken_into("abcdefghij", 4), ElementsAre("abcd", "efgh", "ij"));
  EXPECT_THAT(broken_into("a/bcdefghij", 6), ElementsAre("a/bcde", "fghij"));
}

TEST(Table, AlignsItsColumns) {
  Table table({{.title = "name"}, {.title = "time", .right = true}, {.title = "note"}});
  table.add({"a", "1.5 ms", ""});
  table.add({"longer", "12 ms", "tie"});
  EXPECT_EQ(table.str(pipe),
            "name      time  note\n"
            "a       1.5 ms\n"
            "longer   12 ms  tie\n");
}

TEST(Table, BreaksLongCellsOnATerminalAndNeverInAPipe) {
  Table table({{.title = "candidate", .shrinks = true}, {.title = "time", .right = true}});
  table.add({"onednn.convolution/direct/jit:avx512_core/nChw16c", "1 ms"});
  EXPECT_EQ(table.str({.width = 30, .colour = false}),
            "candidate                 time\n"
            "onednn.convolution/       1 ms\n"
            "direct/jit:avx512_core/\n"
            "nChw16c\n");
  EXPECT_NE(table.str(pipe).find("onednn.convolution/direct/jit:avx512_core/nChw16c  1 ms"),
            std::string::npos);
}

TEST(Table, ColoursOnlyOnColouredPaper) {
  Table table({{.title = "name"}});
  table.add({{"wrong", Tone::bad}});
  EXPECT_EQ(table.str(pipe), "name\nwrong\n");
  EXPECT_EQ(table.str(colourful), "\x1b[1mname\x1b[0m\n\x1b[31mwrong\x1b[0m\n");
}

TEST(Facts, WrapTheirValues) {
  Facts facts;
  facts.add("reason", "one two three four five");
  facts.add("empty", "");
  EXPECT_EQ(facts.str(pipe), "  reason  one two three four five\n");
  EXPECT_EQ(facts.str({.width = 20, .colour = false}),
            "  reason  one two\n          three four\n          five\n");
}

TEST(TuneTable, HasALineALayer) {
  const Tuned tuned = sample_tuned();
  const TuneTable table({tuned.listed}, pipe);
  EXPECT_EQ(table.title_line(),
            "layer     winner                                                                   "
            "    time  library's own               time   ratio  verdict\n");
  EXPECT_EQ(table.line(tuned),
            "conv2 +1  onednn.convolution/winograd/jit_wino_4x3:avx512_core                      "
            "1.23 ms  jit:avx512_core          1.50 ms   1.22x  clear\n");
  std::istringstream lines(TuneTable({tuned.listed}, {.width = 80, .colour = false}).line(tuned));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80u) << line;
  Tuned stored = tuned;
  stored.from_store = true;
  stored.choice.ties = {"other"};
  stored.choice.confidence = Confidence::tie;
  EXPECT_TRUE(table.line(stored).ends_with("tie with 1, stored\n")) << table.line(stored);
}

TEST(Summary, SaysWhatWasGained) {
  TuneSummary summary{.problems = 23, .tuned = 20, .from_store = 3};
  summary.speedup_geomean = 1.234;
  summary.network_speedup = 1.1;
  summary.cost_seconds = 61;
  EXPECT_EQ(rendered(summary, pipe),
            "23 problems: 20 tuned, 3 from the store in 61.0 s\n"
            "over the library's own choice: 1.23x (geometric mean), 1.10x for the whole network\n");
}

TEST(Choice, IsReadFromTheTop) {
  const std::string text = rendered(sample_tuned().choice, narrow);
  EXPECT_TRUE(text.starts_with("onednn.convolution/winograd/jit_wino_4x3:avx512_core\n")) << text;
  EXPECT_NE(text.find("  time           1.23 ms (median; 95 %: 1.22 ms to 1.25 ms)\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("  workspace      1 MiB\n"), std::string::npos) << text;
}

TEST(ExplanationText, SaysWhoWasDroppedAndWhatElseWouldBeChosen) {
  Explanation explanation{.choice = sample_tuned().choice, .tie_break = "less workspace"};
  const auto row = [&](const std::string& name, double seconds) -> Explanation::Row& {
    Explanation::Row& added = explanation.rows.emplace_back();
    added.candidate = name;
    added.measurement.samples = {{.round = 0, .seconds = seconds}};
    added.seconds = seconds;
    added.ratio = seconds / 0.001234;
    return added;
  };
  row(explanation.choice.candidate, 0.001234);
  row("own.conv/tied", 0.00124).tied = true;
  row("own.conv/slow", 0.0025).measurement.dropped =
      Drop{.by = "own.conv/tied", .ratio = 2.02, .over = 1, .after = 1};
  row("own.conv/broken", 0.0025).measurement.dropped = Drop{};
  explanation.alternatives = {{.constraint = "--workspace-limit 0",
                               .candidate = "own.conv/tied",
                               .seconds = 0.00124,
                               .ratio = 1.005,
                               .confidence = Confidence::clear},
                              {.constraint = "--deterministic", .candidate = ""}};
  explanation.runs = {{.id = 7,
                       .started_unix = 1700000000,
                       .protocol = Protocol::cold_weights,
                       .rigour = Rigour::race,
                       .verdict = "tie",
                       .candidates = 3,
                       .rounds = 12,
                       .disturbed_rounds = {4, 5},
                       .unstable = true}};
  const std::string text = rendered(explanation, pipe);
  EXPECT_THAT(text, testing::HasSubstr("tied with the winner\n"));
  EXPECT_THAT(text,
              testing::HasSubstr("dropped after 1 round: 2.02x own.conv/tied over 1 round\n"));
  EXPECT_THAT(text, testing::HasSubstr("left the race\n"));
  EXPECT_THAT(text, testing::HasSubstr(
                        "asked with           the answer would be     time  ratio  how sure\n"
                        "--workspace-limit 0  own.conv/tied        1.24 ms  1.00x  clear\n"
                        "--deterministic      nobody measured            -      -  none\n"));
  EXPECT_THAT(text,
              testing::HasSubstr("run  started               protocol      rigour  candidates  "
                                 "rounds  disturbed  word\n"
                                 "  7  2023-11-14T22:13:20Z  cold_weights  race             3  "
                                 "    12          2  tie, unstable\n"));
}

TEST(ReplayText, HasARowARule) {
  Replay replay{.recorded = "f32.tsv", .problems = 2, .default_rule = "race"};
  replay.rules.push_back({.rule = "race",
                          .regret_mean = 0.0039,
                          .regret_without_worst = 0.0033,
                          .regret_p95 = 0.0243,
                          .over_5_percent = 0.025,
                          .excess_mean = 0.0004,
                          .excess_low = -0.0001,
                          .excess_high = 0.0007,
                          .cost_calls = 47.3,
                          .cost_seconds = 0.118,
                          .clear_share = 0.64,
                          .clear_wrong = 0.027,
                          .ties_mean = 0.05});
  EXPECT_EQ(rendered(replay, pipe),
            "2 problems of 'f32.tsv'; tune decides by race\n"
            "rule  regret  less worst     p95   > 5 %  excess          95 %  calls    time    clear"
            "   wrong  ties\n"
            "race  0.39 %      0.33 %  2.43 %  2.50 %  0.04 %  -0.01 - 0.07   47.3  118 ms  64.00 %"
            "  2.70 %  0.05\n");
  replay.rules.clear();
  replay.problems = 0;
  replay.recorded.clear();
  EXPECT_EQ(rendered(replay, pipe), "0 problems of stored runs; tune decides by race\n");
}

DeviceList sample_devices() {
  Device gpu;
  gpu.kind = DeviceKind::cuda;
  gpu.id = "cuda:0";
  gpu.name = "A GPU";
  gpu.l2_bytes = 50 << 20;
  gpu.memory_bytes = std::size_t{80} << 30;
  gpu.serial = "GPU-1";
  gpu.driver = "13.0";
  return {.devices = {{.device = {.name = "A CPU", .threads = 2}, .machine_class = "class"},
                      {.device = gpu,
                       .machine_class = "class of GPUs",
                       .sm_clock_mhz = 1980,
                       .memory_clock_mhz = 2619,
                       .state = {.compute_mode = "default"},
                       .remarks = {"1 other process uses it (pid 7)"}}},
          .missing = {"cuDNN was not found."}};
}

TEST(Devices, HaveTheirStateAndWhatIsMissingBeneath) {
  EXPECT_EQ(rendered(sample_devices(), pipe),
            "device  name   here  threads  SM clock  memory clock      L2      L3  memory\n"
            "cpu     A CPU  yes         2         -             -   1 MiB  16 MiB   4 GiB\n"
            "cuda:0  A GPU  yes         -  1980 MHz      2619 MHz  50 MiB       -  80 GiB\n"
            "\n"
            "cuda:0 is A GPU (GPU-1) with driver 13.0, compute mode default; 1 other process uses "
            "it (pid 7).\n"
            "cuDNN was not found.\n");
}

TEST(Explained, WithoutTimesIsWhoWouldBeGuessedAndWhoRefused) {
  Explanation explanation{.choice = {.problem = sample_tuned().choice.problem}};
  Candidate first;
  first.implementation = "lib.conv";
  first.configuration = "a";
  first.workspace_bytes = 64;
  Candidate second = first;
  second.configuration = "b";
  second.deterministic = true;
  second.notes = "tensor cores";
  explanation.unmeasured = {{first, "is not deterministic"}, {second}};
  explanation.refusals = {{"own.conv", "", "takes no such type"}};
  explanation.guess = explanation.choice;
  explanation.guess->candidate = "lib.conv/b";
  explanation.guess->provenance = Provenance::heuristic;
  const std::string text = rendered(explanation, pipe);
  EXPECT_THAT(
      text,
      testing::HasSubstr(
          "not measured, as guessed  workspace  deterministic  precision  why not, or what it is\n"
          "lib.conv/a                     64 B  no             strict     is not deterministic\n"
          "lib.conv/b                     64 B  declared       strict     tensor cores\n"
          "\n"
          "refused   reason\n"
          "own.conv  takes no such type\n"));
  EXPECT_THAT(text,
              testing::HasSubstr("The policy guess_once would answer lib.conv/b (heuristic).\n"));
}

}  // namespace
}  // namespace convtune
