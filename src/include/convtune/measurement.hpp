#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <convtune/environment.hpp>
#include <convtune/implementation.hpp>
#include <convtune/problem.hpp>

namespace convtune {

/// What happened to one candidate in one run. Never a sentinel time.
enum class Outcome { measured, refused, wrong, failed, crashed, timed_out, too_slow, noisy };
std::string_view name(Outcome outcome);
std::optional<Outcome> outcome(std::string_view name);

/// State of the caches before each timed call: as the call before left them; everything evicted;
/// the weights evicted; tensors that were not touched for more than twice the caches' size.
enum class Protocol { warm, cold, cold_weights, cold_rotated };
std::string_view name(Protocol protocol);
std::optional<Protocol> protocol(std::string_view name);

/// How much was done to find a winner, in ascending order.
enum class Rigour { predicted, one_run, race, confirmed, exhaustive };
std::string_view name(Rigour rigour);
std::optional<Rigour> rigour(std::string_view name);

/// One timed sample: the mean time of one call in it.
struct Sample {
  int round = 0;
  double seconds = 0;
  bool disturbed = false;  ///< the machine changed its speed meanwhile; told by Run::settings
  auto operator<=>(const Sample&) const = default;
};

/// What the gate found: bit-equality on integer data, and the largest |y - ref| / (eps sum|x||w|).
struct CheckError {
  std::optional<bool> exact;  ///< empty: not asked of this candidate
  double scaled_max = 0;
  double bound = 0;
};

/// Why a race timed a candidate no longer.
struct Drop {
  std::string by;    ///< candidate text of who was faster for sure; empty: it broke down
  double ratio = 1;  ///< its time over that one's, paired
  int over = 0;      ///< rounds that both were in
  int after = 0;     ///< rounds that were run then
  bool operator==(const Drop&) const = default;
};

/// What happened to one candidate in one run, with every sample.
struct Measurement {
  Candidate candidate;
  std::uint64_t environment = 0;  ///< Environment::hash of the candidate's backend
  Outcome outcome = Outcome::measured;
  std::string reason;  ///< empty only for measured
  std::vector<Sample> samples;
  double first_call_seconds = 0, create_seconds = 0;
  double reorder_source_seconds = 0, reorder_destination_seconds = 0;  ///< inside the samples
  std::optional<bool> deterministic_observed;
  CheckError error;
  std::optional<Drop> dropped = {};  ///< out of the race; told by Run::settings
  /// Median clock of the device's processors during the samples; 0: not known. Told by
  /// Run::settings.
  double megahertz = 0;
};

/// It was measured, and has times to show for it.
bool timed(const Measurement& measurement);

/// One race, or one bench, of one problem: candidates timed interleaved, comparable pairwise.
struct Run {
  std::int64_t id = 0;  ///< given by the store
  ConvProblem problem;
  Machine machine = {};
  std::vector<Environment> environments = {};  ///< of every backend that took part
  Protocol protocol = Protocol::warm;
  Rigour rigour = Rigour::race;
  std::uint64_t seed = 0;
  std::string settings = {};      ///< JSON object of the race's parameters
  std::string verdict = {};       ///< clear, tie, unresolved, budget or none, for no constraints
  std::string who = {};           ///< user@host, for people
  std::int64_t started_unix = 0;  ///< seconds
  double cost_seconds = 0;        ///< wall time of the whole run
  std::string version = {}, commit = {};  ///< of this program
  std::vector<Measurement> measurements = {};
  /// Came from a file that is not trusted: counts as another environment's. Not part of what it
  /// says.
  bool imported = false;
};

}  // namespace convtune
