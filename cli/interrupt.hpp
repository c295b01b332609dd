#pragma once

#include <functional>

namespace convtune {

/// From now on SIGINT, SIGTERM, SIGHUP and a reader of the output who goes away ask to stop; a
/// second signal ends the program at once.
void watch_interrupts();
bool watching_interrupts();

/// Whether somebody asked to stop.
bool interrupted();

/// interrupted(), to be asked between samples; when it first says yes, it calls `before` and says
/// on the standard error that the program is about to stop.
std::function<bool()> stop_when_interrupted(std::function<void()> before = {});

}  // namespace convtune
