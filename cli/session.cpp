#include "session.hpp"

#include <fmt/format.h>

#include <convtune/error.hpp>

#include "output.hpp"

namespace convtune {

Context Session::context() const {
  Context context{.database = common.database, .device = common.device, .threads = common.threads};
  if (context.device != "cpu") (void)probe_device(context);  // or it says that there is none
  if (common.isolation == Isolation::process) context.worker = {"/proc/self/exe", worker_command};
  return context;
}

Context Session::context_to_look() const try { return context(); } catch (const Error& error) {
  if (error.code() != ErrorCode::environment) throw;
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

int Session::print(const Choice& choice, const std::string& json, const std::string& text) const {
  if (!choice.candidate.empty()) {
    print(json, text);
    return exit_done;
  }
  if (common.json) print(json, {});
  write_message(choice.reason);
  return exit_no;
}

}  // namespace convtune
