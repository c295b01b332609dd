#pragma once

#include <convtune/decision.hpp>
#include <convtune/tuner.hpp>

#include "offers.hpp"

namespace convtune {

/// Rows of what the patterns of `options` allow; of everything when there are none.
std::vector<Run> rows_of(const std::vector<Contender>& chosen, const std::vector<Run>& runs,
                         const TuneOptions& options);

/// What tune's question is answered with.
Verdict verdict_of(const std::vector<Run>& rows, const TuneOptions& options);

/// The best known choice out of `runs` for tune's question, with its baseline and counts filled in.
Tuned answered(const ListedProblem& listed, const std::vector<Run>& runs,
               const TuneOptions& options, const std::vector<Contender>& chosen,
               const std::vector<Listing::Refused>& refusals, const Rooms& rooms);

}  // namespace convtune
