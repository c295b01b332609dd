#pragma once

#include "runtime.hpp"

namespace convtune::cuda {

/// Puts one thread on the queue that writes what the timers of its multiprocessor show.
void launch_timers(Timers* where, Runtime::Queue queue);

}  // namespace convtune::cuda
