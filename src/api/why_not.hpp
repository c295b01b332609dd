#pragma once

#include <set>
#include <string>
#include <string_view>

#include <convtune/constraints.hpp>

#include "offers.hpp"

namespace convtune {

/// Why nobody may answer within `constraints`, or nobody but the last resort: what the caller asks
/// that cannot be, who of the family that is asked for refused, or what keeps out the candidate
/// that comes closest. Clauses without a full stop; empty if there is nothing to say.
std::string why_nobody(const Constraints& constraints, const Offers& offers,
                       const std::set<std::string>& broken, const Rooms& rooms);

/// Who takes nothing of the problem, and why: clauses without a full stop; empty if all take some.
std::string why_others_refuse(const Offers& offers, const Rooms& rooms);

/// "CANDIDATE OBJECTION" of whoever comes closest to answering and may not: somebody of the family
/// that is asked for, who asks for the least memory. `of`: among its candidates only, unless
/// nullptr. Empty if there is nobody.
std::string nearest_miss(const Constraints& constraints, const Offers& offers,
                         const std::set<std::string>& broken, const Implementation* of);

/// Why `candidate` may not answer without being timed, as a clause; empty if it may. Those in
/// `broken` (candidate text) are known not to work.
std::string untimed_objection(const Candidate& candidate, const Constraints& constraints,
                              const std::set<std::string>& broken);

/// True if a candidate on offer carries `tag`.
bool carried(const std::string& tag, const Offers& offers);

/// "IMPLEMENTATION/CONFIGURATION" of what was left out, or the implementation alone.
std::string name_of(const Listing::Refused& refused);

/// Why the configuration of that name is not on offer ("cudnn.algorithm/fft: it takes stride 1
/// only"), as whoever has one was asked; empty if nobody said anything of that name.
std::string why_not_named(std::string_view name, const Offers& offers);

}  // namespace convtune
