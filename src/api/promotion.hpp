#pragma once

#include <optional>
#include <string>
#include <vector>

#include <convtune/tuner.hpp>

#include "offers.hpp"

namespace convtune {

/// What an older environment found out, taken over after its winner was timed again here and was
/// as fast as before. Kept in Run::settings of the run that timed it.
struct Promotion {
  /// Somebody whose old rows need no timing in this environment, as long as it is this one.
  struct Settled {
    std::string candidate;
    int revision = 1;
    std::uint64_t environment = 0;
  };
  Rigour rigour = Rigour::race;  ///< of what is taken over
  std::vector<Settled> settled;
};

/// Nullopt: `run` promoted nothing.
std::optional<Promotion> promotion_of(const Run& run);

/// The same run, which says that it promotes.
void record(const Promotion& promotion, Run& run);

/// Who won in an older environment, and what it is timed against.
struct StaleWinner {
  std::vector<Contender> racers;  ///< the winner, then the baseline where that is another
  std::string winner, against;    ///< candidates; the same one where there is no other baseline
  double before = 0;              ///< seconds of baseline / winner then; or of the winner alone
  Promotion promotion;
};

/// What `stale` rows say of those that are `missing` here; nullopt where they say nothing at this
/// rigour, or their winner or its baseline is not on offer any more.
std::optional<StaleWinner> stale_winner(std::vector<Run> stale,
                                        const std::vector<Contender>& missing, const Offers& offers,
                                        const TuneOptions& options, const Rooms& rooms,
                                        Environments& environments);

/// True if `run`, which timed the racers, found the winner as fast as it was.
bool confirms(const Run& run, const StaleWinner& winner);

}  // namespace convtune
