#include "definitions.hpp"

#include <CLI/CLI.hpp>
#include <convtune/catalogue.hpp>

#include "usage.hpp"

namespace convtune {
namespace {

std::vector<std::string> alternatives(const std::string& value) {
  if (value == "TAG" || value == "TAGS") return tag_names();
  if (value == "POLICY") return policy_names();
  if (value.find('|') == std::string::npos) return {};
  return CLI::detail::split(value, '|');
}

OptionDefinition definition_of(const CLI::Option& option) {
  OptionDefinition definition;
  if (!option.get_snames().empty()) definition.short_name = "-" + option.get_snames().front();
  if (!option.get_lnames().empty()) definition.long_name = "--" + option.get_lnames().front();
  if (option.get_positional())
    definition.value = option.get_name(true);
  else if (option.get_items_expected_max() > 0)
    definition.value = option.get_type_name();
  definition.words = alternatives(definition.value);
  definition.description = option.get_description();
  definition.group = option.get_group();
  definition.required = option.get_required();
  definition.many = option.get_items_expected_max() > 1;
  return definition;
}

}  // namespace

CommandDefinition definition_of(const CLI::App& app) {
  CommandDefinition command;
  command.path = command_path(app);
  command.name = app.get_name();
  command.description = app.get_description();
  command.footer = app.get_footer();
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;
    (option->get_positional() ? command.arguments : command.options)
        .push_back(definition_of(*option));
  }
  for (const CLI::App* below : app.get_subcommands([](const CLI::App*) { return true; }))
    if (!below->get_group().empty()) command.commands.push_back(definition_of(*below));
  return command;
}

std::vector<const CommandDefinition*> flattened(const CommandDefinition& command) {
  std::vector<const CommandDefinition*> all = {&command};
  for (const CommandDefinition& below : command.commands)
    for (const CommandDefinition* each : flattened(below)) all.push_back(each);
  return all;
}

}  // namespace convtune
