#pragma once

#include "blocking.hpp"

namespace convtune::direct_blocked {

/// How many times as long as all lanes busy with sums this is likely to take: what is computed and
/// thrown away, and what a tile of sums loads and stores.
double cost(const Blocking& blocking);

}  // namespace convtune::direct_blocked
