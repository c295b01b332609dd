#pragma once

#include <string>

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

/// Adds a file to $CONVTUNE_MODULES, for this process and those that it starts. Throws
/// Error(bad_input) for one that cannot stand there.
void name_module(const std::string& file);

/// Throws Error(bad_input) with the reason where nothing is used of a module that was named so:
/// whoever asks for it does not want the answer without it.
void require_named_modules();

}  // namespace convtune
