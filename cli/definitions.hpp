#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace convtune {

// The definitions of the command line as data, for shell completion and the manual.

/// One option of a command.
struct OptionDefinition {
  std::string short_name;          ///< "-q"; may be empty
  std::string long_name;           ///< "--quiet"; empty for a positional argument
  std::string value;               ///< "FILE", "N", "auto|always|never"; empty for a flag
  std::vector<std::string> words;  ///< the values, where they are known
  std::string description;
  std::string group;
  bool required = false, many = false;
};

/// A command, its options and what is below it. Hidden ones are left out.
struct CommandDefinition {
  std::string path;  ///< "convtune db info"
  std::string name;  ///< "info"
  std::string description, footer;
  std::vector<OptionDefinition> options, arguments;
  std::vector<CommandDefinition> commands;
};

CommandDefinition definition_of(const CLI::App& app);

/// `command` and everything below it, the outer ones first.
std::vector<const CommandDefinition*> flattened(const CommandDefinition& command);

/// What --help prints, as wide as the terminal, 100 columns at most (0: no terminal).
std::string help_text(const CommandDefinition& command, int terminal_width);

std::string bash_completion(const CommandDefinition& program);
std::string zsh_completion(const CommandDefinition& program);
std::string fish_completion(const CommandDefinition& program);

/// The manual page in roff.
std::string manual_page(const CommandDefinition& program, const std::string& version);

}  // namespace convtune
