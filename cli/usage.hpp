#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace convtune {

/// "'rase' is none of one_run, race, exhaustive; did you mean 'race'?"
std::string not_one_of(const std::string& word, const std::vector<std::string>& known);

/// The one of `known` that `word` most likely was meant to be; empty if none is close.
std::string closest(const std::string& word, const std::vector<std::string>& known);

/// What was wrong with the command line, in one sentence, with the command to ask for help.
std::string usage_sentence(const CLI::App& app, const CLI::ParseError& error);

/// The same for a command line that names no command.
std::string nothing_asked(const CLI::App& app);

/// "convtune db info": how the command is called.
std::string command_path(const CLI::App& app);

/// The innermost command that was named on the command line.
const CLI::App& chosen_command(const CLI::App& app);

}  // namespace convtune
