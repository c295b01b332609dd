#pragma once

#include <string>
#include <string_view>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace convtune {

/// What was wrong with the command line, in one sentence, with the command to ask for help.
std::string usage_sentence(const CLI::App& app, const CLI::ParseError& error);

/// The same for a command line that names no command.
std::string nothing_asked(const CLI::App& app);

/// Whether a word of the command line can only be an option: no value begins with two dashes.
bool looks_like_option(std::string_view word);

/// "convtune db info": how the command is called.
std::string command_path(const CLI::App& app);

/// The innermost command that was named on the command line.
const CLI::App& chosen_command(const CLI::App& app);

}  // namespace convtune
