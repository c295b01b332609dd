#pragma once

#include <functional>
#include <string>
#include <vector>

#include <convtune/choice.hpp>
#include <convtune/context.hpp>
#include <report/table.hpp>

#include "terminal.hpp"

namespace convtune {

constexpr int exit_done = 0;
constexpr int exit_no = 1;           ///< the answer is no
constexpr int exit_bad_input = 2;    ///< bad usage, or some input was rejected
constexpr int exit_environment = 3;  ///< the machine or its files refuse
constexpr int exit_interrupted = 130;

/// The command, for this program alone, that ends in serve_worker().
constexpr const char* worker_command = "worker";

/// The heading of the options that every command has.
constexpr const char* common_heading = "Options of every command";

/// Where candidates run: in processes of their own, which they may break, or in this one.
enum class Isolation { process, none };

/// What every command takes.
struct Common {
  std::string database;
  std::string device = "cpu";
  int threads = 0;
  Isolation isolation = Isolation::process;
  bool json = false, quiet = false, verbose = false;
  ColourMode colour = ColourMode::automatic;
};

/// One call of the program: the options that every command shares, and what the chosen command
/// does.
struct Session {
  Common common;
  std::function<int()> action;  ///< set while the command line is read, run afterwards

  /// Throws Error(bad_input) for a device that is not here.
  Context context() const;
  /// The same for a command that says what there is: a GPU that cannot be reached is among its
  /// answers.
  Context context_to_look() const;
  Paper paper() const { return standard_output_paper(common.colour); }

  /// For people on the standard error: warnings unless --quiet, remarks only with --verbose.
  void warn(const std::vector<std::string>& sentences) const;
  void remark(const std::string& sentence) const;

  /// The answer as one JSON line or as text.
  void print(const std::string& json, const std::string& text) const;

  /// The same for an answer that is a choice; that there is none goes to the standard error.
  /// Returns the exit code.
  int print(const Choice& choice, const std::string& json, const std::string& text) const;
};

}  // namespace convtune
