#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <convtune/choice.hpp>
#include <convtune/decision.hpp>
#include <convtune/measurement.hpp>

namespace convtune {

/// What the race needs to know of a candidate: what it may drop and what may drop it.
struct Entrant {
  std::string name;
  std::size_t workspace_bytes = 0;
  bool deterministic = false;
  Precision precision = Precision::strict;
  /// Of its calls before the race; 0: unknown. One slow sample alone drops nobody who was faster.
  double fastest_call_seconds = 0;
  double reorder_seconds = 0;
  bool inexact = false;
  bool baseline = false;  ///< never dropped early
};

/// In which order a round times those that take part.
enum class Order {
  random,    ///< afresh each round, by the seed
  mirrored,  ///< as entered, and backwards every second round: ABBA
};

struct RaceSettings {
  Rigour rigour = Rigour::race;  ///< one_run, race or exhaustive
  Order order = Order::random;
  DecisionRule rule;
  int max_rounds = 30;
  /// Beyond min_rounds, no demand is raced for once its leader was timed for so long: the longer a
  /// call, the less of it is noise. 0: any time.
  double demand_seconds = 0.5;
  std::uint64_t seed = 1;
  double budget_seconds = 0;      ///< 0: none
  bool whole_first_round = true;  ///< whatever the budget
  /// Whether the machine changed its speed in a round; asked after each, also about earlier ones.
  /// Its samples are marked, and left out of comparisons that have enough others.
  std::function<bool(int round)> disturbed = {};
};

/// One timed sample of entrant `index` in `round`, in seconds a call; consumes real time. Nothing:
/// it is out of the race, and so is all it showed about others.
using Sampler = std::function<std::optional<double>(std::size_t index, int round)>;

struct RaceResult {
  std::vector<std::vector<Sample>> samples;  ///< by entrant; nothing of whoever is out
  std::vector<std::optional<Drop>> dropped;  ///< by entrant; nothing if it stayed
  Confidence confidence = Confidence::none;  ///< for the question without constraints
  int rounds = 0;                            ///< begun
  bool interrupted = false;
};

/// Interleaved rounds in fresh random order with paired statistics and pruning (the rules are in
/// tuner/README.md). `elapsed` gives the seconds spent so far, `stop` is asked between samples.
RaceResult race(std::span<const Entrant> entrants, const Sampler& sample,
                const RaceSettings& settings, const std::function<double()>& elapsed,
                const std::function<bool()>& stop = {});

/// True if `other` satisfies every constraint on workspace, determinism and precision class that
/// `entrant` satisfies. Only such a candidate may drop another.
bool no_worse(const Entrant& other, const Entrant& entrant);

/// The word for the question without constraints that samples support, those of all entrants that
/// are right: none (nothing was timed), clear, tie or unresolved.
Confidence confidence(std::span<const std::vector<Sample>> samples, const DecisionRule& rule);

}  // namespace convtune
