// The manual page.
#include <fmt/format.h>

#include "definitions.hpp"
#include "session.hpp"

namespace convtune {
namespace {

/// Text that roff does not take for something else.
std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '\\')
      result += "\\e";
    else if (c == '-')
      result += "\\-";
    else if (c == '\n')
      result += "\n.br\n";
    else
      result += c;
  }
  return !result.empty() && (result[0] == '.' || result[0] == '\'') ? "\\&" + result : result;
}

std::string arguments_text(const CommandDefinition& command) {
  std::string text;
  for (const OptionDefinition& argument : command.arguments) {
    const std::string name = "\\fI" + escaped(argument.value) + "\\fR";
    text += argument.required ? " " + name : " [" + name + "]";
  }
  return text;
}

std::string options_text(const CommandDefinition& command, bool shared) {
  std::string text;
  for (const OptionDefinition& option : command.options) {
    if ((option.group == common_heading) != shared) continue;
    text += ".TP\n";
    if (!option.short_name.empty()) text += "\\fB" + escaped(option.short_name) + "\\fR, ";
    text += "\\fB" + escaped(option.long_name) + "\\fR";
    if (!option.value.empty()) text += " \\fI" + escaped(option.value) + "\\fR";
    text += "\n" + escaped(option.description) + ".\n";
  }
  return text;
}

}  // namespace

std::string manual_page(const CommandDefinition& program, const std::string& version) {
  std::string page = fmt::format(
      ".TH CONVTUNE 1 \"\" \"convtune {}\" \"User Commands\"\n"
      ".SH NAME\nconvtune \\- {}\n"
      ".SH SYNOPSIS\n.B convtune\n\\fICOMMAND\\fR [\\fIOPTIONS\\fR]\n"
      ".SH DESCRIPTION\n"
      "Answers which implementation of a convolution is fastest on this machine under given\n"
      "constraints, and how sure that is. Every candidate is checked against a reference before "
      "it\n"
      "is timed, every sample is kept, and answers come from what was measured.\n"
      ".SH OPTIONS OF EVERY COMMAND\n",
      escaped(version), escaped(program.description));
  page += options_text(program, true) + options_text(program, false);
  page += ".SH COMMANDS\n";
  for (const CommandDefinition* command : flattened(program)) {
    if (command == &program || !command->commands.empty()) continue;
    page += fmt::format(".SS {}{}\n{}.\n", escaped(command->path), arguments_text(*command),
                        escaped(command->description));
    for (const OptionDefinition& argument : command->arguments)
      page += fmt::format(".TP\n\\fI{}\\fR\n{}.\n", escaped(argument.value),
                          escaped(argument.description));
    page += options_text(*command, false);
    if (!command->footer.empty()) page += ".PP\n" + escaped(command->footer) + "\n";
  }
  page +=
      ".SH EXIT STATUS\n"
      ".TP\n0\nDone.\n"
      ".TP\n1\nThe answer is no: nothing fits, or a verification failed.\n"
      ".TP\n2\nBad usage or bad input; also when some lines of a list were rejected and the rest "
      "was "
      "done.\n"
      ".TP\n3\nThe environment refuses: database unreadable, disk full, library missing.\n"
      ".TP\n130\nInterrupted; what was measured is kept.\n"
      ".SH ENVIRONMENT\n"
      ".TP\nCONVTUNE_DB\nThe database, unless \\fB\\-\\-db\\fR says otherwise.\n"
      ".TP\nCONVTUNE_MODULES\nFiles and folders with kernels from outside, separated by colons.\n"
      ".TP\nCONVTUNE_CUDNN_LIBRARY\nThe cuDNN to use, a libcudnn.so.9, instead of the one that is "
      "found first.\n"
      ".TP\nNO_COLOR\nNo colours, unless \\fB\\-\\-color\\fR says otherwise.\n";
  return page;
}

}  // namespace convtune
