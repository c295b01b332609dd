#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <convtune/implementation.hpp>

namespace convtune {

/// What a program was called with: [--threads N] [--rounds N] [PROBLEM...].
struct Asked {
  int threads, rounds = 21;
  std::vector<std::string> problems = {};
};
Asked asked(int count, char** arguments, int usual_threads);

using Memory = std::shared_ptr<void>;

/// Zeros, aligned to a line of the cache.
Memory memory(std::size_t bytes);

/// Something that is timed, so often in a row that the clock is fine enough.
struct Entrant {
  std::string name;
  std::function<void()> call;
  std::size_t workspace_bytes = 0;
  int calls = 1;
  std::vector<double> seconds = {};  ///< of a call, one a round

  double timed() const;
  /// Calls it once and decides how often a round does.
  void prepare();
};

/// One buffer for all entrants that need it in that size, so that nobody's tensors drive out those
/// of the others.
class Pool {
 public:
  Memory tensor(Role role, std::size_t bytes);

 private:
  std::map<std::pair<Role, std::size_t>, Memory> tensors_;
};

/// A candidate with random tensors of numbers of the type float.
Entrant entrant(const ConvProblem& problem, const Implementation& implementation,
                const Candidate& candidate, const Device& device, Pool& pool);

/// Times all, in another order in each round.
void run_rounds(std::vector<Entrant>& entrants, int rounds);

/// The median over rounds of how many times longer the peer took.
double ratio(const Entrant& peer, const Entrant& own);

}  // namespace convtune
