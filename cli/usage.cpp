#include "usage.hpp"

#include <algorithm>
#include <numeric>
#include <regex>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace convtune {
namespace {

/// Insertions, deletions, replacements and swaps of neighbours between two words.
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
  std::iota(last.begin(), last.end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        now[j] = std::min(now[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(now);
  }
  return last[b.size()];
}

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

std::string suggestion(const std::string& word, const std::vector<std::string>& known) {
  const std::string meant = closest(word, known);
  return meant.empty() ? std::string{} : fmt::format("; did you mean '{}'?", meant);
}

std::string unexpected(const CLI::App& command, const std::vector<std::string>& extras) {
  const auto option = std::ranges::find_if(
      extras, [](const std::string& word) { return word.size() > 1 && word[0] == '-'; });
  if (option != extras.end()) {
    const std::string name = option->substr(0, option->find('='));
    return fmt::format("there is no option '{}'{}", name, suggestion(name, option_names(command)));
  }
  const std::string& word = extras.front();
  const std::vector<std::string> commands = command_names(command);
  if (!commands.empty())
    return fmt::format("there is no command '{}'{}", word, suggestion(word, commands));
  return fmt::format("'{}' is one argument too many", word);
}

std::string missing(const CLI::App& command) {
  for (const CLI::Option* option : command.get_options())
    if (option->get_required() && option->count() == 0) {
      const std::string name =
          option->get_positional() ? option->get_type_name() : option->get_name();
      return fmt::format("it needs {}", name);
    }
  return {};
}

/// The library's own sentences, where they read like a log.
std::string reworded(const std::string& what) {
  static const std::regex conversion("Could not convert: (\\S+) = (.*)");
  static const std::regex no_value("(\\S+): 1 required (\\S*) ?missing");
  std::smatch match;
  if (std::regex_match(what, match, conversion))
    return fmt::format("{}: '{}' is not a number that it takes", match.str(1), match.str(2));
  if (std::regex_match(what, match, no_value))
    return fmt::format("{} needs a value: {}", match.str(1), match.str(2));
  return what;
}

}  // namespace

std::string closest(const std::string& word, const std::vector<std::string>& known) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string& candidate : known) {
    const bool prefix = word.size() >= 2 && candidate.starts_with(word);
    const std::size_t far = prefix ? 1 : distance(word, candidate);
    if (far < best_distance) {
      best = candidate;
      best_distance = far;
    }
  }
  return best;
}

std::string not_one_of(const std::string& word, const std::vector<std::string>& known) {
  return fmt::format("'{}' is none of {}{}", word, fmt::join(known, ", "), suggestion(word, known));
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
  std::string what;
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    const std::vector<std::string> extras = app.remaining(true);
    if (!extras.empty()) what = unexpected(command, extras);
  } else if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
    what = missing(command);
  }
  if (what.empty()) what = reworded(error.what());
  while (!what.empty() && what.back() == '.') what.pop_back();
  const bool question = !what.empty() && what.back() == '?';
  return fmt::format("{}{} See '{} --help'.", what, question ? "" : ".", command_path(command));
}

}  // namespace convtune
