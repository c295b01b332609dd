#include "generate.hpp"

#include <memory>

#include <CLI/CLI.hpp>
#include <convtune/catalogue.hpp>

#include "command.hpp"
#include "definitions.hpp"
#include "output.hpp"

namespace convtune {
namespace {

std::string generated(const CommandDefinition& program, const std::string& kind) {
  if (kind == "bash") return bash_completion(program);
  if (kind == "zsh") return zsh_completion(program);
  if (kind == "fish") return fish_completion(program);
  if (kind == "manual") return manual_page(program, program_version());
  throw Error(ErrorCode::bad_input, not_one_of(kind, {"bash", "zsh", "fish", "manual"}));
}

}  // namespace

void add_generate(CLI::App& app, Session& session) {
  auto kind = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("generate", "Print a completion script or the manual");
  command->group("");  // not for people
  command->add_option("kind", *kind)->required();
  command->callback([&app, &session, kind] {
    session.action = [&app, kind] {
      write_output(generated(definition_of(app), *kind));
      return exit_done;
    };
  });
}

}  // namespace convtune
