#pragma once

namespace CLI {
class App;
}

namespace convtune {

struct Session;

/// Adds a hidden command that prints completion scripts and the manual, for the build; after every
/// other command.
void add_generate(CLI::App& app, Session& session);

/// Adds the hidden command of the processes that candidates run in.
void add_worker(CLI::App& app, Session& session);

}  // namespace convtune
