#include "usage.hpp"

#include <algorithm>
#include <regex>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>

#include "output.hpp"
#include "suggestion.hpp"

namespace convtune {
namespace {

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    if (!option->get_group().empty())
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({}))
    if (!command->get_group().empty()) names.push_back(command->get_name());
  return names;
}

std::string unexpected(const CLI::App& command, const std::vector<std::string>& extras) {
  const auto option = std::ranges::find_if(
      extras, [](const std::string& word) { return word.size() > 1 && word[0] == '-'; });
  if (option != extras.end()) {
    const std::string name = option->substr(0, option->find('='));
    const std::vector<std::string> known = option_names(command);
    if (std::ranges::find(known, name) != known.end())
      return fmt::format("'{}' belongs behind '{}'", name, command_path(command));
    return fmt::format("there is no option '{}'{}", name,
                       did_you_mean(name, option_names(command)));
  }
  const std::string& word = extras.front();
  const std::vector<std::string> commands = command_names(command);
  if (!commands.empty())
    return fmt::format("there is no command '{}'{}", word, did_you_mean(word, commands));
  return fmt::format("'{}' is one argument too many", word);
}

std::string missing(const CLI::App& command) {
  for (const CLI::Option* option : command.get_options())
    if (option->get_required() && option->count() == 0) {
      const std::string name = option->get_name(option->get_positional());
      return fmt::format("it needs {}", name);
    }
  return {};
}

/// Where an option stands in the place of a value, which leaves its own value behind.
std::string taken_for_value(const CLI::App& command) {
  for (const CLI::App* app = &command; app != nullptr; app = app->get_parent())
    for (const CLI::Option* option : app->get_options())
      for (const std::string& value : option->results())
        if (!option->get_positional() && looks_like_option(value))
          return fmt::format("{} needs a value: {}, and not {}", option->get_name(),
                             option->get_type_name(), value);
  return {};
}

/// The library's own sentences, where they read like a log.
std::string reworded(const std::string& what) {
  static const std::regex no_value("(\\S+): 1 required (\\S*) ?missing");
  static const std::regex too_many("(\\S+): At Most 1 required but received (\\d+)");
  std::smatch match;
  if (std::regex_match(what, match, no_value))
    return fmt::format("{} needs a value: {}", match.str(1), match.str(2));
  if (std::regex_match(what, match, too_many))
    return fmt::format("it takes one {}, not {}", match.str(1), match.str(2));
  return what;
}

}  // namespace

bool looks_like_option(std::string_view word) {
  return word.size() > 2 && word.starts_with("--");
}

std::string command_path(const CLI::App& app) {
  const CLI::App* parent = app.get_parent();
  return parent == nullptr ? app.get_name() : command_path(*parent) + " " + app.get_name();
}

const CLI::App& chosen_command(const CLI::App& app) {
  const std::vector<CLI::App*> chosen = app.get_subcommands();
  return chosen.empty() ? app : chosen_command(*chosen.front());
}

std::string nothing_asked(const CLI::App& app) {
  const CLI::App& command = chosen_command(app);
  return fmt::format("Say what to do: {}. See '{} --help'.",
                     fmt::join(command_names(command), ", "), command_path(command));
}

std::string usage_sentence(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& command = chosen_command(app);
  // A mistyped option leaves its value behind, which looks like an argument too many.
  const std::vector<std::string> extras = app.remaining(true);
  std::string what;
  if (std::string taken = taken_for_value(command); !taken.empty())
    what = taken;
  else if (!extras.empty())
    what = unexpected(command, extras);
  else if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr)
    what = missing(command);
  if (what.empty()) what = reworded(error.what());
  while (!what.empty() && what.back() == '.') what.pop_back();
  const bool question = !what.empty() && what.back() == '?';
  return as_sentence(
      fmt::format("{}{} See '{} --help'.", what, question ? "" : ".", command_path(command)));
}

}  // namespace convtune
