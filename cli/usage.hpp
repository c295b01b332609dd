#pragma once

#include <string>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace convtune {

/// What was wrong with the command line, in one sentence, with the command to ask for help.
std::string usage_sentence(const CLI::App& app, const CLI::ParseError& error);

/// The same for a command line that names no command.
std::string nothing_asked(const CLI::App& app);

/// "convtune db info": how the command is called.
std::string command_path(const CLI::App& app);

/// The innermost command that was named on the command line.
const CLI::App& chosen_command(const CLI::App& app);

}  // namespace convtune
