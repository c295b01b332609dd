#include <CLI/CLI.hpp>
#include <convtune/context.hpp>
#include <convtune/error.hpp>

#include "generate.hpp"
#include "session.hpp"

namespace convtune {

void add_worker(CLI::App& app, Session& session) {
  CLI::App* command = app.add_subcommand(worker_command, "Run candidates for another process");
  command->group("");  // not for people
  command->callback([&session] {
    session.action = [] {
      if (serve_worker()) return exit_done;
      throw Error(ErrorCode::bad_input, "A worker is started by the commands that time something.");
    };
  });
}

}  // namespace convtune
