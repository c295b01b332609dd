#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <convtune/error.hpp>

#include "usage.hpp"

namespace convtune {

/// Words of the command line and what they mean.
template <class Value>
using Words = std::vector<std::pair<std::string, Value>>;

/// The value of `word`. Throws CLI::ValidationError naming every word that `option` takes.
template <class Value>
Value meaning(const std::string& option, const std::string& word, const Words<Value>& words) {
  std::vector<std::string> known;
  for (const auto& [name, value] : words) {
    if (name == word) return value;
    known.push_back(name);
  }
  throw CLI::ValidationError(option, not_one_of(word, known));
}

/// "fail|heuristic|measure": shown in the help and offered by completion.
template <class Value>
std::string joined(const Words<Value>& words) {
  std::string text;
  for (const auto& [name, value] : words) text += (text.empty() ? "" : "|") + name;
  return text;
}

/// An option that takes one of `words`.
template <class Value>
CLI::Option* add_word(CLI::App& app, const std::string& option, Value& target,
                      const Words<Value>& words, const std::string& description) {
  return app
      .add_option_function<std::string>(
          option,
          [option, words, &target](const std::string& word) {
            target = meaning(option, word, words);
          },
          description)
      ->type_name(joined(words));
}

/// An option whose text `parse` understands; its Error becomes one about the option.
template <class Value>
CLI::Option* add_parsed(CLI::App& app, const std::string& option,
                        Value (*parse)(const std::string&), const std::function<void(Value)>& take,
                        const std::string& description) {
  return app.add_option_function<std::string>(
      option,
      [option, parse, take](const std::string& text) {
        try {
          take(parse(text));
        } catch (const Error& error) {
          throw CLI::ValidationError(option, error.what());
        }
      },
      description);
}

}  // namespace convtune
