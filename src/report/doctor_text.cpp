#include <fmt/format.h>

#include <report/doctor.hpp>
#include <report/facts.hpp>
#include <report/units.hpp>

namespace convtune {
namespace {

std::string about_libraries(const BackendFinding& backend) {
  if (!backend.unavailable.empty()) return "not available: " + backend.unavailable;
  std::string text = "available";
  for (const LibraryVersion& library : backend.libraries) {
    text += fmt::format(", {} {}", library.name, library.runtime);
    if (!library.header.empty() && library.header != library.runtime)
      text += fmt::format(" (built with {})", library.header);
    // Of which there may be several, and the user may name one.
    if (library.name == "cuDNN" && !library.path.empty()) text += " of " + library.path;
  }
  for (const auto& [key, value] : backend.identity)
    if (key != "version") text += fmt::format(", {} {}", key, value);
  return text;
}

std::string about_core_types(const CoreTypes& types) {
  if (types.remembered) return types.fastest + " (remembered)";
  std::string text;
  for (const CoreTypes::Timed& each : types.timed)
    text += fmt::format(
        "{}{} {:.0f} GFLOP/s{}{}", text.empty() ? "" : ", ", each.name, each.gflops,
        each.name == types.chosen ? " (its own choice)" : "",
        !types.demanded.empty() && each.name == types.running ? " (OPENBLAS_CORETYPE)" : "");
  return text;
}

std::string about_noise(const Noise& noise) {
  return fmt::format("{:.1f} % robust, {:.1f} % with outliers, first call {:.2f}x, drift {:+.1f} %",
                     100 * noise.robust_sd, 100 * noise.relative_sd, noise.first_call,
                     100 * noise.drift);
}

std::string about_database(const DatabaseFinding& database) {
  if (database.path.empty()) return "none";
  if (!database.exists) return database.path + ", not there yet";
  if (!database.fault.empty()) return database.path + ": " + database.fault;
  return fmt::format("{}, {}, {}, {}", database.path, human_bytes(database.bytes),
                     counted(database.problems, "problem"), counted(database.runs, "run"));
}

void add_gpu(Facts& facts, const DeviceFacts& gpu) {
  const Device& device = gpu.device;
  facts.add("GPU", fmt::format("{}: {}, {}", device.id, device.name,
                               device.present ? "here" : "described, not here"));
  facts.add("GPU's class", gpu.machine_class);
  facts.add("GPU's memory", human_bytes(device.memory_bytes));
}

std::string block(const std::string& title, const std::vector<std::string>& sentences,
                  const Paper& paper) {
  std::string text = "\n" + toned(title, Tone::strong, paper) + "\n";
  for (const std::string& sentence : sentences)
    text += wrapped("- " + sentence, static_cast<std::size_t>(paper.width), 2) + "\n";
  return text;
}

}  // namespace

std::string rendered(const Diagnosis& diagnosis, const Paper& paper) {
  const Device& device = diagnosis.device;
  Facts facts;
  if (diagnosis.asked) add_gpu(facts, *diagnosis.asked);
  facts.add("machine", device.name);
  facts.add("class", diagnosis.machine.machine_class);
  facts.add("threads",
            fmt::format("{} of {}", device.threads, counted(diagnosis.available_cores, "core")));
  if (const Topology& machine = diagnosis.topology; machine.cores > 0)
    facts.add("topology",
              fmt::format("{}, {}, {}, {}", counted(machine.packages, "package"),
                          counted(machine.numa_nodes, "NUMA node"), counted(machine.cores, "core"),
                          counted(machine.hardware_threads, "hardware thread")));
  facts.add("caches", fmt::format("{} L1, {} L2, {} L3", human_bytes(device.l1_bytes),
                                  human_bytes(device.l2_bytes), human_bytes(device.l3_bytes)));
  facts.add("memory", human_bytes(device.memory_bytes));
  facts.add("wait policy", diagnosis.wait_policy.empty() ? "not set" : diagnosis.wait_policy);
  facts.add("build", diagnosis.build);
  for (const BackendFinding& backend : diagnosis.backends)
    facts.add("backend " + backend.name, about_libraries(backend));
  facts.add("ONNX models", about_libraries(diagnosis.models));
  facts.add("BLAS core types", about_core_types(diagnosis.core_types));
  facts.add("noise", about_noise(diagnosis.noise));
  facts.add("database", about_database(diagnosis.database));

  std::string text = facts.str(paper) + block("What it means", diagnosis.findings, paper);
  text += diagnosis.advice.empty() ? "\nNothing to do.\n"
                                   : block("What to do", diagnosis.advice, paper);
  return text;
}

}  // namespace convtune
