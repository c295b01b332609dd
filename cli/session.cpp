#include "session.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <convtune/error.hpp>

#include "output.hpp"
#include "words.hpp"

namespace convtune {
namespace {

const Words<ColourMode> colour_modes = {
    {"auto", ColourMode::automatic}, {"always", ColourMode::always}, {"never", ColourMode::never}};

}  // namespace

Context Session::context() const {
  if (common.device != "cpu")
    throw Error(
        ErrorCode::bad_input,
        fmt::format("There is no device '{}' here; this program knows: cpu.", common.device));
  return {.database = common.database, .device = common.device, .threads = common.threads};
}

void Session::warn(const std::vector<std::string>& sentences) const {
  if (common.quiet) return;
  for (const std::string& sentence : sentences) write_message("warning: " + sentence);
}

void Session::remark(const std::string& sentence) const {
  if (common.verbose && !common.quiet) write_message(sentence);
}

void Session::print(const std::string& json, const std::string& text) const {
  write_output(common.json ? json + "\n" : text);
}

void add_common(CLI::App& app, Session& session) {
  Common& common = session.common;
  const std::string group = "Options of every command";
  app.add_option("--db", common.database,
                 "The database; otherwise $CONVTUNE_DB, or convtune.db in the data folder of the "
                 "user")
      ->type_name("FILE")
      ->group(group);
  app.add_option("--device", common.device, "Where to run: cpu (default)")
      ->type_name("DEVICE")
      ->group(group);
  app.add_option_function<int>(
         "--threads",
         [&common](const int& threads) {
           if (threads < 1)
             throw CLI::ValidationError("--threads", "at least one thread is needed");
           common.threads = threads;
         },
         "Software threads; otherwise what the affinity mask and the container allow")
      ->type_name("N")
      ->group(group);
  app.add_flag("--json", common.json, "Answer as JSON")->group(group);
  app.add_flag("-q,--quiet", common.quiet, "No progress and no warnings")->group(group);
  app.add_flag("-v,--verbose", common.verbose, "More about what goes on")->group(group);
  add_word(app, "--color", common.colour, colour_modes,
           "Colours; auto means on a terminal, unless NO_COLOR is set")
      ->group(group);
  app.get_help_ptr()->group(group);
}

CLI::App* add_command(CLI::App& parent, Session& session, const std::string& name,
                      const std::string& description, const std::string& example) {
  CLI::App* command = parent.add_subcommand(name, description);
  add_common(*command, session);
  if (!example.empty()) command->footer("Example:\n  " + example);
  return command;
}

}  // namespace convtune
