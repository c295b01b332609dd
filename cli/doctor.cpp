#include <iostream>
#include <string>

#include <inputs/content.hpp>

#include <convtune/doctor.hpp>
#include <report/doctor.hpp>

#include "commands.hpp"
#include "helper_process.hpp"
#include "interrupt.hpp"
#include "output.hpp"
#include "settings.hpp"

namespace convtune {
namespace {

struct DoctorArguments {
  bool dump_description = false;
  bool remeasure = false;
  bool answer_gemm = false;  // the process that another doctor started
};

int serve(const Session& session) {
  const Device device = probe_device(session.context());
  for (std::string question; std::getline(std::cin, question);)
    write_output(answer_gemm(question, device) + "\n");
  return exit_done;
}

BackendFinding reader_of_models() {
  BackendFinding reader = {.name = "onnx"};
  const std::string version = onnx_library_version();
  if (version.empty())
    reader.unavailable = "libonnx was not found when this program was built.";
  else
    reader.libraries = {{.name = "libonnx", .header = version, .runtime = version}};
  return reader;
}

int examine(const Session& session, const DoctorArguments& arguments) {
  const Context context = session.context_to_look();
  apply_library_settings(context);
  DoctorOptions options;
  options.remeasure = arguments.remeasure;
  watch_interrupts();
  options.stop = interrupted;
  options.progress = [&](const std::string& line) { session.remark(line); };
  options.launch = [&](const std::vector<std::string>& settings) {
    return start_this_program({"doctor", "--answer-gemm"}, settings);
  };
  Diagnosis diagnosis = diagnose(context, options);
  diagnosis.models = reader_of_models();
  session.print(json(diagnosis), rendered(diagnosis, session.paper()));
  return exit_done;
}

int run(const Session& session, const DoctorArguments& arguments) {
  if (arguments.answer_gemm) return serve(session);
  if (!arguments.dump_description) return examine(session, arguments);
  const Device device = probe_device(session.context());
  const std::string description = json(device, probe_machine(device));
  session.print(description, description + "\n");
  return exit_done;
}

}  // namespace

void add_doctor(Command& program, Session& session) {
  auto arguments = std::make_shared<DoctorArguments>();
  Command doctor = program.add(
      "doctor", "What this machine offers, what is missing, how noisy it is and what to do",
      "convtune doctor");
  doctor
      .flag("--dump-description", arguments->dump_description,
            "Only describe this machine, for questions asked elsewhere")
      .flag("--again", arguments->remeasure,
            "Time the BLAS core types even when the fastest is known")
      .heading("")
      .flag("--answer-gemm", arguments->answer_gemm, "");
  doctor.does([&session, arguments] { return run(session, *arguments); });
}

}  // namespace convtune
