#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <convtune/choice.hpp>
#include <convtune/constraints.hpp>
#include <convtune/context.hpp>
#include <convtune/library_search.hpp>
#include <convtune/tuner.hpp>

namespace convtune {

/// What a lookup does when the database has no row that fits.
enum class OnMiss { fail, heuristic, measure };

struct Question {
  Constraints constraints = {};
  OnMiss on_miss = OnMiss::heuristic;
  std::string policy = {};  ///< empty, or one of Theano's names; excludes on_miss
  /// explain also asks the library's own search (cudnnFind), for comparison.
  bool library_search = false;
  /// For what is measured on a miss: asked between samples, and told one line at a time.
  std::function<bool()> stop = {};
  std::function<void(const std::string&)> progress = {};
};

/// Why an answer came out as it did: every candidate with what is known about it.
struct Explanation {
  struct Row {
    std::string candidate;
    Measurement measurement;             ///< newest run that has it
    std::optional<double> seconds = {};  ///< over all runs, on the scale of the choice
    std::optional<double> ratio = {};    ///< to the winner
    std::string removed_by = {};  ///< the constraint or verdict that removed it; empty: it stands
    bool tied = false;            ///< as fast as the winner within the tolerance
  };
  /// One run of the problem.
  struct Raced {
    std::int64_t id = 0, started_unix = 0;
    Protocol protocol = Protocol::warm;
    Rigour rigour = Rigour::race;
    std::string verdict = {};
    int candidates = 0, rounds = 0;  ///< that were timed
    std::vector<int> disturbed_rounds = {};
    bool fresh_process = false;
    bool unstable = false;  ///< a confirmation that disagreed with the race
  };
  /// What another question would get.
  struct Alternative {
    std::string constraint;  ///< as on the command line
    std::string candidate;   ///< empty: nobody may answer
    std::optional<double> seconds = {};
    std::optional<double> ratio = {};  ///< to the choice, where they compare
    Confidence confidence = Confidence::none;
  };
  /// What may run, though no time of it answers.
  struct Unmeasured {
    Candidate candidate;
    std::string removed_by = {};  ///< the constraint that removed it; empty: it may answer
  };
  /// What the library's own search says; times by its clock, of candidates that it did not verify.
  struct Searched {
    std::string implementation;
    std::size_t workspace_limit = 0;  ///< bytes that it had
    std::vector<LibrarySearch::Found> found = {};
  };
  Choice choice;
  std::string tie_break = {};  ///< what the winner was preferred for among the tied; empty: no tie
  std::vector<Row> rows = {};
  std::vector<Alternative> alternatives = {};
  // Where no measured row is the choice:
  std::vector<Unmeasured> unmeasured = {};  ///< in the order in which guesses take them
  std::vector<Listing::Refused> refusals = {};
  std::optional<Choice> guess = {};  ///< of the policy guess_once
  std::vector<Searched> searches = {};
  std::vector<Raced> runs = {};  ///< oldest first
  std::vector<std::string> notes = {};
};

struct Rooms;  ///< what the facades use of the outside; tests put something else in its place

/// Answers from the database. A database problem degrades to a miss, with a warning in warnings().
/// One object a thread.
class Selector {
 public:
  explicit Selector(const Context& context);
  explicit Selector(const Rooms& rooms);
  ~Selector();

  /// A hit opens no backend. A miss with OnMiss::fail is an empty choice.
  Choice select(const ConvProblem& problem, const Question& question);
  Explanation explain(const ConvProblem& problem, const Question& question);

  /// What went wrong on the way, one sentence each, since the last call.
  std::vector<std::string> warnings();

 private:
  class Body;
  std::unique_ptr<Body> body_;
};

}  // namespace convtune
