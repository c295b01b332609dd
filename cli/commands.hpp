#pragma once

#include <CLI/CLI.hpp>

#include "session.hpp"

namespace convtune {

// One function a command, each in its own file: adds the command and sets Session::action when it
// is the one that was called.

void add_tune(CLI::App& app, Session& session);
void add_bench(CLI::App& app, Session& session);
void add_select(CLI::App& app, Session& session);
void add_explain(CLI::App& app, Session& session);
void add_verify(CLI::App& app, Session& session);
void add_list(CLI::App& app, Session& session);
void add_db(CLI::App& app, Session& session);
void add_doctor(CLI::App& app, Session& session);

/// Hidden: what the build asks for shell completion and the manual page.
void add_generate(CLI::App& app, Session& session);

}  // namespace convtune
