#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <convtune/choice.hpp>
#include <convtune/context.hpp>
#include <convtune/implementation.hpp>
#include <convtune/measurement.hpp>
#include <convtune/problem_list.hpp>

namespace convtune {

struct TuneOptions {
  Rigour rigour = Rigour::race;
  Protocol protocol = Protocol::warm;
  double budget_seconds = 0;    ///< for all problems together; 0: none
  std::string candidates = {};  ///< glob over candidate text; empty: all
  std::string without = {};     ///< glob
  bool retune = false;
  std::uint64_t seed = 0;           ///< 0: from the clock
  std::function<bool()> stop = {};  ///< asked between samples
};

/// The answer for one problem of a sweep.
struct Tuned {
  ListedProblem listed;
  Choice choice;
  struct Baseline {
    std::string candidate;
    double seconds = 0;
    std::string notes = {};  ///< what the library's own choice was
  };
  std::optional<Baseline> baseline = {};
  std::optional<double> speedup = {};  ///< baseline / choice, paired
  std::map<Outcome, int> counts = {};
  double cost_seconds = 0;
  bool from_store = false;
};

/// How a sweep goes: told before and after each problem.
struct TuneProgress {
  std::size_t index = 0, total = 0;
  const Tuned* done = nullptr;                   ///< nullptr before the problem starts
  std::string note = {};                         ///< what goes on; may be empty
  std::optional<double> remaining_seconds = {};  ///< estimate
};

struct TuneSummary {
  int problems = 0, tuned = 0, from_store = 0, skipped = 0, rejected = 0;
  int unanswered = 0;  ///< no candidate could be measured
  int unstored = 0;    ///< measured, but not kept: the store failed
  std::optional<double> speedup_geomean = {}, network_speedup = {};
  double cost_seconds = 0;
  bool interrupted = false;
};

struct BenchOptions {
  std::string candidates = {}, without = {};  ///< globs
  int rounds = 0;                             ///< 0: as many as the exhaustive race takes
  bool save = false;
  std::uint64_t seed = 0;
  Protocol protocol = Protocol::warm;
  std::function<bool()> stop = {};                        ///< asked between samples
  std::function<void(const std::string&)> progress = {};  ///< one line for people
};

struct VerifyOptions {
  std::string candidates = {}, without = {};              ///< globs
  std::function<bool()> stop = {};                        ///< asked between candidates
  std::function<void(const std::string&)> progress = {};  ///< one line for people
};

/// Verification of one candidate.
struct Verified {
  Candidate candidate;
  Measurement measurement;  ///< outcome `measured` means right; no samples
};

/// What there is for one problem: candidates and refusals of every implementation.
struct Listing {
  std::vector<Candidate> candidates;
  struct Refused {
    std::string implementation, configuration, reason;
  };
  std::vector<Refused> refusals;
  /// Implementations among the refused whose library cannot be asked of anything, and why.
  std::vector<Refused> unasked = {};
};

struct Rooms;  ///< what the facades use of the outside; tests put something else in its place

/// Times, verifies and stores. Verification comes first, always. One object a thread and one timing
/// process a machine.
class Tuner {
 public:
  explicit Tuner(const Context& context);
  explicit Tuner(const Rooms& rooms);
  ~Tuner();

  /// Tunes every problem that is not known yet at this rigour here; `done` gets each answer as it
  /// is there. What was measured is kept when interrupted.
  TuneSummary tune(const std::vector<ListedProblem>& problems, const TuneOptions& options,
                   const std::function<void(const Tuned&)>& done,
                   const std::function<void(const TuneProgress&)>& progress = {});

  /// With `save`, the run has the id that the store gave it; 0: it could not be kept.
  Run bench(const ConvProblem& problem, const BenchOptions& options);

  /// Without those whose turn did not come before it was told to stop.
  std::vector<Verified> verify(const ConvProblem& problem, const VerifyOptions& options = {});

  /// `neighbours`: at most so many more of each implementation that knows how to look near its
  /// likeliest ones, as tuning tries a few with the rigour `race` and many with `exhaustive`.
  Listing list(const ConvProblem& problem, std::size_t neighbours = 0);

  const Device& device() const;
  std::vector<std::string> warnings();

 private:
  class Body;
  std::unique_ptr<Body> body_;
};

}  // namespace convtune
