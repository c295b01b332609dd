// What --help prints: arguments, options of the command, then what every command takes.
#include <algorithm>

#include <report/facts.hpp>

#include "command.hpp"
#include "definitions.hpp"
#include "session.hpp"

namespace convtune {
namespace {

constexpr std::size_t text_column = 30;
constexpr std::size_t pipe_width = 100;

std::string entry(const std::string& name, const std::string& text, std::size_t width) {
  std::string line = "  " + name;
  if (line.size() + 2 > text_column)
    line += "\n" + std::string(text_column, ' ');
  else
    line.resize(text_column, ' ');
  return line + wrapped(text, width, text_column) + "\n";
}

std::string name_of(const OptionDefinition& option) {
  std::string name = option.short_name;
  if (!name.empty()) name += ", ";
  name += option.long_name;
  return option.value.empty() ? name : name + " " + option.value;
}

std::string usage_of(const CommandDefinition& command) {
  std::string usage = "Usage: " + command.path;
  for (const OptionDefinition& argument : command.arguments) {
    const std::string name = argument.value + (argument.many ? "..." : "");
    usage += argument.required ? " " + name : " [" + name + "]";
  }
  if (!command.commands.empty()) usage += " COMMAND";
  return usage + " [OPTIONS]\n";
}

/// Headings in order of appearance, the command's own options first and the shared ones last.
std::vector<std::string> headings(const CommandDefinition& command) {
  std::vector<std::string> all;
  for (const OptionDefinition& option : command.options)
    if (option.group != common_heading && std::ranges::find(all, option.group) == all.end())
      all.push_back(option.group);
  std::ranges::stable_partition(
      all, [](const std::string& heading) { return heading == options_heading; });
  all.emplace_back(common_heading);
  return all;
}

}  // namespace

std::string help_text(const CommandDefinition& command, int terminal_width) {
  const std::size_t width = terminal_width > 0
                                ? std::min(static_cast<std::size_t>(terminal_width), pipe_width)
                                : pipe_width;
  std::string text = command.description + "\n\n" + usage_of(command);
  if (!command.arguments.empty()) text += "\nArguments:\n";
  for (const OptionDefinition& argument : command.arguments)
    text += entry(argument.value, argument.description, width);
  if (!command.commands.empty()) text += "\nCommands:\n";
  for (const CommandDefinition& below : command.commands)
    text += entry(below.name, below.description, width);
  for (const std::string& heading : headings(command)) {
    text += "\n" + heading + ":\n";
    for (const OptionDefinition& option : command.options)
      if (option.group == heading) text += entry(name_of(option), option.description, width);
  }
  return command.footer.empty() ? text : text + "\n" + command.footer + "\n";
}

}  // namespace convtune
