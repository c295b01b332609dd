#include <convtune/catalogue.hpp>

#include "commands.hpp"
#include "definitions.hpp"
#include "output.hpp"
#include "words.hpp"

namespace convtune {
namespace {

enum class Kind { bash, zsh, fish, manual };
const Words<Kind> kinds = {
    {"bash", Kind::bash}, {"zsh", Kind::zsh}, {"fish", Kind::fish}, {"manual", Kind::manual}};

std::string generated(const CommandDefinition& program, Kind kind) {
  switch (kind) {
    case Kind::bash: return bash_completion(program);
    case Kind::zsh: return zsh_completion(program);
    case Kind::fish: return fish_completion(program);
    case Kind::manual: return manual_page(program, program_version());
  }
  return {};
}

}  // namespace

void add_generate(CLI::App& app, Session& session) {
  auto kind = std::make_shared<Kind>();
  CLI::App* command = app.add_subcommand("generate", "Print a completion script or the manual");
  command->group("");  // not for people
  add_word(*command, "kind", *kind, kinds, "What to print")->required();
  command->callback([&app, &session, kind] {
    session.action = [&app, kind] {
      write_output(generated(definition_of(app), *kind));
      return exit_done;
    };
  });
}

}  // namespace convtune
