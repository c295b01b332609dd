#include <algorithm>
#include <csignal>
#include <exception>
#include <new>

#include <fmt/format.h>
#include <inputs/content.hpp>
#include <nlohmann/json_fwd.hpp>

#include <CLI/CLI.hpp>
#include <convtune/catalogue.hpp>
#include <convtune/error.hpp>

#include "commands.hpp"
#include "definitions.hpp"
#include "generate.hpp"
#include "interrupt.hpp"
#include "output.hpp"
#include "session.hpp"
#include "settings.hpp"
#include "usage.hpp"

namespace {

using namespace convtune;

int exit_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::bad_input: return exit_bad_input;
    case ErrorCode::environment: return exit_environment;
    case ErrorCode::no_answer: return exit_no;
    case ErrorCode::interrupted: return exit_interrupted;
  }
  return exit_environment;
}

std::string versions() {
  std::string text = fmt::format("convtune {}\n", program_version());
  text += fmt::format("CLI11 {}\n", CLI11_VERSION);
  text += fmt::format("fmt {}.{}.{}\n", FMT_VERSION / 10000, FMT_VERSION / 100 % 100,
                      FMT_VERSION % 100);
  text += fmt::format("nlohmann/json {}.{}.{}\n", NLOHMANN_JSON_VERSION_MAJOR,
                      NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH);
  if (const std::string onnx = onnx_library_version(); !onnx.empty())
    text += fmt::format("onnx {}\n", onnx);
  for (const LibraryVersion& library : library_versions()) {
    text += fmt::format("{} {}", library.name,
                        library.runtime.empty() ? library.header : library.runtime);
    if (!library.header.empty() && !library.runtime.empty() && library.header != library.runtime)
      text += fmt::format(" (built with {})", library.header);
    if (!library.path.empty()) text += " " + library.path;
    text += "\n";
  }
  text.pop_back();  // the line end is written with the message
  return text;
}

void describe(CLI::App& app, Session& session) {
  app.name("convtune");
  app.set_version_flag("--version", versions, "Versions of this program and of its libraries");
  app.footer("Example:\n  convtune select fwd.f32.nchw_n1c64i56x56k64f3x3s1x1p1x1d1x1g1");
  Command program(app, session);
  add_tune(program, session);
  add_bench(program, session);
  add_select(program, session);
  add_explain(program, session);
  add_verify(program, session);
  add_list(program, session);
  add_capture(program, session);
  add_db(program, session);
  add_doctor(program, session);
  add_replay(program, session);
  add_generate(app, session);
  add_worker(app, session);
}

/// "help tune" is asked for as often as "tune --help".
std::vector<std::string> words_of(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  if (!words.empty() && words.front() == "help") {
    words.erase(words.begin());
    words.emplace_back("--help");
  }
  std::ranges::reverse(words);  // as the parser wants them
  return words;
}

int run(int argc, char** argv) {
  Session session;
  CLI::App app("Measures every implementation of a convolution and says which to use");
  describe(app, session);
  try {
    app.parse(words_of(argc, argv));
  } catch (const CLI::CallForHelp& help) {
    if (!app.remaining(true).empty()) throw Error(ErrorCode::bad_input, usage_sentence(app, help));
    write_output(help_text(definition_of(chosen_command(app)), session.paper().width));
    return exit_done;
  } catch (const CLI::CallForVersion& version) {
    write_output(std::string(version.what()) + "\n");
    return exit_done;
  } catch (const CLI::ParseError& error) {
    throw Error(ErrorCode::bad_input, usage_sentence(app, error));
  }
  if (!session.action) throw Error(ErrorCode::bad_input, nothing_asked(app));
  require_named_modules();
  return session.action();
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is noticed where it is written to
  keep_output_from_libraries();
  remember_arguments(argv);
  try {
    return run(argc, argv);
  } catch (const OutputClosed&) {
    return watching_interrupts() ? exit_interrupted : exit_done;
  } catch (const Error& error) {
    write_message(as_sentence(error.what()));
    return exit_code(error.code());
  } catch (const std::bad_alloc&) {
    write_message("There is not enough memory.");
  } catch (const std::exception& error) {
    write_message(fmt::format("This should not have happened: {}.", error.what()));
  }
  return exit_environment;
}
