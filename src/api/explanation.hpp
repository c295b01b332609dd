#pragma once

#include <vector>

#include <convtune/selector.hpp>

#include "rows.hpp"

namespace convtune {

/// What an explanation is made of: everything known of the problem, and what of it counts.
struct Evidence {
  const std::vector<Run>& runs;  ///< all, oldest first
  Rows& counting;
  const Rooms& rooms;
};

/// One row a candidate: its newest measurement that counts, or the newest at all and why that does
/// not count.
std::vector<Explanation::Row> explained_rows(const Evidence& evidence, const Choice& choice,
                                             const Constraints& constraints);

/// What the runs of `evidence` were.
std::vector<Explanation::Raced> explained_runs(const Evidence& evidence);

/// What each step of the workspace limit, determinism, a looser precision class, and the other
/// protocols that were measured would choose out of `near`, the runs that the choice came from;
/// only where that is somebody else, but always for determinism and the protocols.
std::vector<Explanation::Alternative> alternatives(const std::vector<Run>& near,
                                                   const Choice& choice,
                                                   const Constraints& constraints);

}  // namespace convtune
