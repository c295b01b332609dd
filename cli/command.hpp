#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <convtune/error.hpp>

#include "session.hpp"
#include "suggestion.hpp"

namespace CLI {
class App;
}

namespace convtune {

/// Words of the command line and what they mean.
template <class Value>
using Words = std::vector<std::pair<std::string, Value>>;

/// How many arguments a command takes.
enum class Count { one, some, any };

constexpr const char* options_heading = "Options";

/// A command that is being described. Values land in the targets when the command line is read;
/// these must live on. The parser's library stays behind this class: it is slow to compile.
class Command {
 public:
  /// The outermost one, with the shared options; `app` must live on.
  Command(CLI::App& app, Session& session);

  /// A command below this one, with the shared options and an example that a test runs.
  Command add(const std::string& name, const std::string& description, const std::string& example);

  /// Heading above the options that follow; an empty one hides them.
  Command& heading(const std::string& text);

  Command& flag(const std::string& names, bool& target, const std::string& description);

  /// An option with a value; `take` may throw Error(bad_input) about it. `value` names it in the
  /// help
  /// ("FILE"), or lists it ("auto|always|never").
  Command& option(const std::string& names, const std::string& value,
                  const std::function<void(const std::string&)>& take,
                  const std::string& description);
  Command& option(const std::string& names, const std::string& value, std::string& target,
                  const std::string& description);
  /// The same for an option that may be given several times, with a value each.
  Command& repeated(const std::string& names, const std::string& value,
                    const std::function<void(const std::string&)>& take,
                    const std::string& description);
  /// Joined by commas, or given several times; `take` gets all of them at once.
  Command& options(const std::string& names, const std::string& value,
                   const std::function<void(const std::vector<std::string>&)>& take,
                   const std::string& description);
  /// A whole number of at least `least`.
  Command& number(const std::string& names, std::int64_t least,
                  const std::function<void(std::int64_t)>& take, const std::string& description);
  /// One of `words`.
  template <class Value>
  Command& word(const std::string& names, Value& target, const Words<Value>& words,
                const std::string& description);

  /// --isolation, for what times or verifies.
  Command& isolation();

  Command& arguments(const std::string& value, Count count, std::vector<std::string>& target,
                     const std::string& description);

  /// What the command does, run after the command line is read.
  void does(std::function<int()> action);

 private:
  void add_common();
  /// One that may be given several times; `take_all` gets every value at once.
  Command& add_many(const std::string& names, const std::string& value,
                    const std::function<bool(const std::vector<std::string>&)>& take_all,
                    const std::string& description);

  CLI::App* app_;
  Session* session_;
  std::string heading_;
};

/// The value of `word`. Throws Error(bad_input) naming every word there is.
template <class Value>
Value meaning(const std::string& word, const Words<Value>& words) {
  std::vector<std::string> known;
  for (const auto& [name, value] : words) {
    if (name == word) return value;
    known.push_back(name);
  }
  throw Error(ErrorCode::bad_input, not_one_of(word, known));
}

/// "fail|heuristic|measure": shown in the help and offered by completion.
template <class Value>
std::string joined(const Words<Value>& words) {
  std::string text;
  for (const auto& [name, value] : words) text += (text.empty() ? "" : "|") + name;
  return text;
}

template <class Value>
Command& Command::word(const std::string& names, Value& target, const Words<Value>& words,
                       const std::string& description) {
  return option(
      names, joined(words),
      [words, &target](const std::string& text) { target = meaning(text, words); }, description);
}

}  // namespace convtune
