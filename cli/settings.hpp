#pragma once

#include <convtune/context.hpp>

namespace convtune {

/// Keeps what this process was started with, for starting it again.
void remember_arguments(char** arguments);

/// Libraries read their settings (threads, wait policy, BLAS core type) when they load, which has
/// already happened: starts this program again with them in its environment, once. Returns when
/// nothing is left to set. For commands that time something or open backends; before they read the
/// standard input.
void apply_library_settings(const Context& context);

/// The same settings for this process alone, without starting again: what is looked up is what
/// those commands measured, though nothing that has been loaded takes notice. For commands that
/// time nothing.
void adopt_library_settings(const Context& context);

/// What a lookup needs: an answer from the database opens nothing; only one that may time something
/// is worth a restart.
inline void settings_for_lookup(const Context& context, bool measures) {
  measures ? apply_library_settings(context) : adopt_library_settings(context);
}

}  // namespace convtune
