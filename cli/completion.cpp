// Completion scripts. A path of words such as "convtune db" says which command is being typed.
#include <algorithm>
#include <map>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "definitions.hpp"

namespace convtune {
namespace {

bool takes_problems(const CommandDefinition& command) {
  return std::ranges::any_of(command.arguments, [](const OptionDefinition& argument) {
    return argument.value.starts_with("PROBLEM");
  });
}

/// What can follow in `command`: commands and options.
std::vector<std::string> next_words(const CommandDefinition& command) {
  std::vector<std::string> words;
  for (const CommandDefinition& below : command.commands) words.push_back(below.name);
  for (const OptionDefinition& option : command.options) {
    if (!option.long_name.empty()) words.push_back(option.long_name);
    if (!option.short_name.empty()) words.push_back(option.short_name);
  }
  return words;
}

/// Options with a value and what can be offered for it, over all commands.
std::map<std::string, OptionDefinition> valued_options(const CommandDefinition& program) {
  std::map<std::string, OptionDefinition> valued;
  for (const CommandDefinition* command : flattened(program))
    for (const OptionDefinition& option : command->options)
      if (!option.value.empty()) valued.emplace(option.long_name, option);
  return valued;
}

/// In single quotes, as every shell reads it.
std::string single_quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

/// For a description inside _arguments: brackets and colons have a meaning there.
std::string zsh_escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

std::string zsh_function(const CommandDefinition& command) {
  std::string name = "_" + command.path;
  std::ranges::replace(name, ' ', '_');
  return name;
}

std::string zsh_spec(const OptionDefinition& option) {
  std::string action;
  if (!option.words.empty())
    action = fmt::format(":value:({})", fmt::join(option.words, " "));
  else if (option.value == "FILE")
    action = ":file:_files";
  else if (!option.value.empty())
    action = ":" + zsh_escaped(option.value) + ": ";
  const std::string description = "[" + zsh_escaped(option.description) + "]";
  std::string specs = single_quoted(option.long_name + description + action);
  if (!option.short_name.empty())
    specs += " " + single_quoted(option.short_name + description + action);
  return specs;
}

}  // namespace

std::string bash_completion(const CommandDefinition& program) {
  std::string script =
      "_convtune() {\n"
      "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} path=convtune word\n"
      "  COMPREPLY=()\n"
      "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
      "    case \"$path $word\" in\n";
  for (const CommandDefinition* command : flattened(program))
    if (command != &program)
      script += fmt::format("      \"{0}\") path=\"{0}\" ;;\n", command->path);
  script += "    esac\n  done\n  case $prev in\n";
  for (const auto& [name, option] : valued_options(program)) {
    const std::string offer =
        option.value == "FILE" ? "-f" : fmt::format("-W \"{}\"", fmt::join(option.words, " "));
    script +=
        fmt::format("    {}) COMPREPLY=($(compgen {} -- \"$cur\")); return ;;\n", name, offer);
  }
  script += "  esac\n  case $path in\n";
  for (const CommandDefinition* command : flattened(program)) {
    script += fmt::format("    \"{}\")\n      COMPREPLY=($(compgen -W \"{}\" -- \"$cur\"))\n",
                          command->path, fmt::join(next_words(*command), " "));
    if (takes_problems(*command))
      script += "      [[ $cur == -* ]] || COMPREPLY+=($(compgen -f -- \"$cur\"))\n";
    script += "      ;;\n";
  }
  return script + "  esac\n}\ncomplete -o filenames -F _convtune convtune\n";
}

std::string zsh_completion(const CommandDefinition& program) {
  std::string script = "#compdef convtune\n";
  for (const CommandDefinition* command : flattened(program)) {
    script += fmt::format("\n{}() {{\n", zsh_function(*command));
    script += "  local -a commands\n  local line state\n  _arguments -C";
    for (const OptionDefinition& option : command->options)
      script += " \\\n    " + zsh_spec(option);
    if (!command->commands.empty()) {
      script += " \\\n    '1: :->command' '*:: :->rest'\n  case $state in\n    command)\n";
      script += "      commands=(\n";
      for (const CommandDefinition& below : command->commands)
        script += fmt::format("        {}\n", single_quoted(below.name + ":" + below.description));
      script += "      )\n      _describe command commands ;;\n    rest)\n      case $line[1] in\n";
      for (const CommandDefinition& below : command->commands)
        script += fmt::format("        {}) {} ;;\n", below.name, zsh_function(below));
      script += "      esac ;;\n  esac\n}\n";
    } else {
      script += takes_problems(*command) ? " \\\n    '*:problem:_files'\n}\n" : "\n}\n";
    }
  }
  return script + "\ncompdef _convtune convtune\n";
}

std::string fish_completion(const CommandDefinition& program) {
  std::string script = "complete -c convtune -f\n";
  for (const CommandDefinition* command : flattened(program)) {
    // Every word of the path has been typed, and none of the commands below.
    std::string condition;
    std::istringstream path(command->path);
    for (std::string word; path >> word;)
      if (word != program.name) condition += "__fish_seen_subcommand_from " + word + "; and ";
    std::vector<std::string> below;
    for (const CommandDefinition& each : command->commands) below.push_back(each.name);
    if (command == &program)
      condition = "__fish_use_subcommand";
    else if (!below.empty())
      condition += fmt::format("not __fish_seen_subcommand_from {}", fmt::join(below, " "));
    else
      condition.resize(condition.size() - std::string("; and ").size());

    const std::string start = fmt::format("complete -c convtune -n {}", single_quoted(condition));
    for (const CommandDefinition& each : command->commands)
      script += fmt::format("{} -a {} -d {}\n", start, each.name, single_quoted(each.description));
    if (takes_problems(*command)) script += start + " -F\n";
    for (const OptionDefinition& option : command->options) {
      script += fmt::format("{} -l {}", start, option.long_name.substr(2));
      if (!option.short_name.empty()) script += " -s " + option.short_name.substr(1);
      if (option.value == "FILE")
        script += " -r -F";
      else if (!option.words.empty())
        script += fmt::format(" -x -a {}",
                              single_quoted(fmt::format("{}", fmt::join(option.words, " "))));
      else if (!option.value.empty())
        script += " -x";
      script += " -d " + single_quoted(option.description) + "\n";
    }
  }
  return script;
}

}  // namespace convtune
