#include "command.hpp"

#include <charconv>
#include <memory>

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "settings.hpp"
#include "usage.hpp"

namespace convtune {
namespace {

const Words<ColourMode> colour_modes = {
    {"auto", ColourMode::automatic}, {"always", ColourMode::always}, {"never", ColourMode::never}};

/// The parser takes whatever follows for the value that an option must have.
void must_be_value(const std::string& names, const std::string& text) {
  if (looks_like_option(text)) throw CLI::ValidationError(names, "it needs a value");
}

/// An Error about a value becomes one about the option that it was given to.
template <class Take, class Value>
void take_for(const std::string& names, const Take& take, const Value& value) {
  try {
    take(value);
  } catch (const Error& error) {
    throw CLI::ValidationError(names.substr(names.rfind(',') + 1), error.what());
  }
}

std::int64_t whole_number(const std::string& text, std::int64_t least) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::result_out_of_range)
    throw Error(ErrorCode::bad_input, fmt::format("'{}' is too large", text));
  if (error != std::errc{} || end != text.data() + text.size() || number < least)
    throw Error(ErrorCode::bad_input,
                fmt::format("'{}' is not a whole number of at least {}", text, least));
  return number;
}

}  // namespace

Command::Command(CLI::App& app, Session& session)
    : app_(&app), session_(&session), heading_(options_heading) {
  add_common();
}

void Command::add_common() {
  Common& common = session_->common;
  heading(common_heading);
  option(
      "--db", "FILE",
      [&common](const std::string& file) {
        if (file.empty()) throw Error(ErrorCode::bad_input, "the name of a file is never empty");
        common.database = file;
      },
      "The database; otherwise $CONVTUNE_DB, or convtune.db in the user's data folder");
  option("--device", "DEVICE", common.device, "Where to run; cpu unless said");
  number(
      "--threads", 1,
      [&common](std::int64_t threads) {
        if (threads > 1 << 16) throw Error(ErrorCode::bad_input, "that many threads cannot be");
        common.threads = static_cast<int>(threads);
      },
      "Software threads; otherwise what the affinity mask and the container allow");
  flag("--json", common.json,
       "Answer as JSON: one document, or a line for each of several answers");
  flag("-q,--quiet", common.quiet, "No progress and no warnings");
  flag("-v,--verbose", common.verbose, "More about what goes on");
  repeated("--module", "FILE", name_module,
           "A shared object with kernels of others, or a folder of them; may be repeated");
  word("--color", common.colour, colour_modes,
       "Colours; auto means on a terminal, unless NO_COLOR is set");
  app_->get_help_ptr()->group(common_heading);
  heading(options_heading);
}

Command Command::add(const std::string& name, const std::string& description,
                     const std::string& example) {
  CLI::App* app = app_->add_subcommand(name, description);
  // Without one of its own, a command would show that of the command above.
  app->footer(example.empty() ? std::string{} : "Example:\n  " + example);
  Command command(*app, *session_);
  return command;
}

Command& Command::heading(const std::string& text) {
  heading_ = text;
  return *this;
}

Command& Command::flag(const std::string& names, bool& target, const std::string& description) {
  app_->add_flag(names, target, description)->group(heading_);
  return *this;
}

Command& Command::option(const std::string& names, const std::string& value,
                         const std::function<void(const std::string&)>& take,
                         const std::string& description) {
  app_->add_option_function<std::string>(
          names,
          [names, take](const std::string& text) {
            must_be_value(names, text);
            take_for(names, take, text);
          },
          description)
      ->type_name(value)
      ->group(heading_);
  return *this;
}

Command& Command::option(const std::string& names, const std::string& value, std::string& target,
                         const std::string& description) {
  return option(names, value, [&target](const std::string& text) { target = text; }, description);
}

Command& Command::repeated(const std::string& names, const std::string& value,
                           const std::function<void(const std::string&)>& take,
                           const std::string& description) {
  const auto take_all = [names, take](const CLI::results_t& texts) {
    for (const std::string& text : texts) {
      must_be_value(names, text);
      take_for(names, take, text);
    }
    return true;
  };
  return add_many(names, value, take_all, description);
}

Command& Command::options(const std::string& names, const std::string& value,
                          const std::function<void(const std::vector<std::string>&)>& take,
                          const std::string& description) {
  const auto take_all = [names, take](const CLI::results_t& texts) {
    std::vector<std::string> words;
    for (const std::string& text : texts) {
      must_be_value(names, text);
      for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find(',', at), text.size());
        words.push_back(text.substr(at, end - at));
        at = end + 1;
      }
    }
    take_for(names, take, words);
    return true;
  };
  return add_many(names, value, take_all, description);
}

Command& Command::add_many(const std::string& names, const std::string& value,
                           const std::function<bool(const std::vector<std::string>&)>& take_all,
                           const std::string& description) {
  app_->add_option(names, take_all, description)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->type_name(value)
      ->group(heading_);
  return *this;
}

Command& Command::number(const std::string& names, std::int64_t least,
                         const std::function<void(std::int64_t)>& take,
                         const std::string& description) {
  return option(
      names, "N", [least, take](const std::string& text) { take(whole_number(text, least)); },
      description);
}

Command& Command::isolation() {
  static const Words<Isolation> words = {{"process", Isolation::process},
                                         {"none", Isolation::none}};
  return word("--isolation", session_->common.isolation, words,
              "Where candidates run: process, so that one that crashes or hangs costs nothing but "
              "itself, or none, in this one; process unless said");
}

Command& Command::arguments(const std::string& value, Count count, std::vector<std::string>& target,
                            const std::string& description) {
  CLI::Option* argument =
      app_->add_option(value, target, description)->type_name("")->required(count != Count::any);
  if (count == Count::one) argument->expected(1);
  return *this;
}

void Command::does(std::function<int()> action) {
  // A command below this one has said already what is to be done.
  app_->callback([session = session_, action = std::move(action)] {
    if (!session->action) session->action = action;
  });
}

}  // namespace convtune
