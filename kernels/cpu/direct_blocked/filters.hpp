#pragma once

#include "blocking.hpp"

namespace convtune::direct_blocked {

/// Filters as the sums read them: [group][block of filters][channel and tap][filter], with zeros
/// for filters that there are not, and the taps reversed where the problem flips them.
template <class T>
void pack_filters(const Blocking& blocking, const T* filter, T* packed);

}  // namespace convtune::direct_blocked
