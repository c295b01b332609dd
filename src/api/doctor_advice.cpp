#include "doctor_advice.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace convtune {
namespace {

// Quiet machines stay below these; past them figures of one day do not hold on the next.
constexpr double much_drift = 0.05, slow_first_call = 2.0;
constexpr double worth_changing = 1.05;    // of core types
constexpr double usual_difference = 0.02;  // what a race calls a tie

std::string percent(double fraction) {
  return fmt::format("{:.1f} %", 100 * fraction);
}

std::string about_noise(const Noise& noise, int race_rounds) {
  const int needed = rounds_to_tell(noise, usual_difference);
  std::string sentence = fmt::format(
      "One time varies by {} around the usual one ({} with its outliers): telling candidates apart "
      "that differ by {} takes {} rounds",
      percent(noise.robust_sd), percent(noise.relative_sd), percent(usual_difference), needed);
  if (needed <= race_rounds) return sentence + fmt::format("; a race may take {}.", race_rounds);
  return sentence + fmt::format(
                        ", but a race takes at most {}: it tells {} apart and reports less "
                        "as tied or unresolved.",
                        race_rounds, percent(tellable(noise, race_rounds)));
}

std::string about_core_types(const CoreTypes& types) {
  if (types.fastest.empty()) return {};
  if (types.remembered)
    return fmt::format("The fastest OpenBLAS was found to be {} earlier{}.", types.fastest,
                       types.chosen.empty() || types.chosen == types.fastest
                           ? ""
                           : fmt::format(" (by itself it would take {})", types.chosen));
  if (types.fastest == types.chosen)
    return fmt::format(
        "OpenBLAS takes {} by itself; no core type is faster by more than 5 % for sure.",
        types.chosen);
  return fmt::format("OpenBLAS takes {} by itself, but {} is faster{}.", types.chosen,
                     types.fastest, types.problem.empty() ? ": remembered for all commands" : "");
}

double gflops(const CoreTypes& types, const std::string& name) {
  const auto found = std::ranges::find(types.timed, name, &CoreTypes::Timed::name);
  return found == types.timed.end() ? 0 : found->gflops;
}

// What OPENBLAS_CORETYPE costs; empty: nothing to speak of. It may name what runs as another type.
std::string about_demand(const CoreTypes& types) {
  const std::string& runs = types.running.empty() ? types.demanded : types.running;
  if (types.demanded.empty() || types.fastest.empty() || runs == types.fastest) return {};
  const double speed = gflops(types, runs), best = gflops(types, types.fastest);
  if (speed > 0 && best <= worth_changing * speed) return {};
  return fmt::format("OPENBLAS_CORETYPE is set to {}, but {} is faster here: unset it.",
                     types.demanded, types.fastest);
}

}  // namespace

std::vector<std::string> findings(const Diagnosis& diagnosis) {
  std::vector<std::string> found = {about_noise(diagnosis.noise, diagnosis.race_rounds)};
  found.insert(found.end(), diagnosis.gpus.begin(), diagnosis.gpus.end());
  if (diagnosis.noise.first_call > slow_first_call)
    found.push_back(fmt::format("A first call takes {:.1f} times as long as later ones.",
                                diagnosis.noise.first_call));
  if (std::abs(diagnosis.noise.drift) > much_drift)
    found.push_back(
        fmt::format("The machine's speed changed by {} within a second: times taken one after the "
                    "other do not compare, interleaved ones do.",
                    percent(std::abs(diagnosis.noise.drift))));
  if (const Topology& machine = diagnosis.topology;
      machine.cores > 0 && machine.hardware_threads > machine.cores)
    found.push_back(fmt::format(
        "Its {} hardware threads are {} core{}: threads that share one also share its speed.",
        machine.hardware_threads, machine.cores, machine.cores == 1 ? "" : "s"));
  if (diagnosis.topology.numa_nodes > 1)
    found.push_back(
        fmt::format("Memory lies in {} NUMA nodes: times depend on where a caller's tensors are.",
                    diagnosis.topology.numa_nodes));
  if (std::string sentence = about_core_types(diagnosis.core_types); !sentence.empty())
    found.push_back(std::move(sentence));
  return found;
}

std::vector<std::string> advice(const Diagnosis& diagnosis) {
  std::vector<std::string> todo;
  if (diagnosis.build != "optimised")
    todo.push_back(
        fmt::format("This is a {} build, whose times say nothing about the optimised "
                    "one: build the preset release before timing.",
                    diagnosis.build));
  for (const BackendFinding& backend : diagnosis.backends) {
    const bool said = std::ranges::find(todo, backend.unavailable) != todo.end();
    if (!backend.unavailable.empty() && !said) todo.push_back(backend.unavailable);
    for (const LibraryVersion& library : backend.libraries)
      if (!library.header.empty() && !library.runtime.empty() && library.header != library.runtime)
        todo.push_back(
            fmt::format("{} {} is loaded from {}, but this program was built with the headers of "
                        "{}: rebuild it.",
                        library.name, library.runtime, library.path, library.header));
  }
  if (diagnosis.wait_policy != "passive")
    todo.push_back(
        fmt::format("OMP_WAIT_POLICY is {}: waiting threads spin, which slows every "
                    "kernel down where cores are shared; set it to passive.",
                    diagnosis.wait_policy.empty() ? "not set" : diagnosis.wait_policy));
  if (diagnosis.device.threads > diagnosis.available_cores)
    todo.push_back(fmt::format("{} threads share {} cores: ask for fewer with --threads.",
                               diagnosis.device.threads, diagnosis.available_cores));
  const CoreTypes& types = diagnosis.core_types;
  if (std::string demand = about_demand(types); !demand.empty()) todo.push_back(std::move(demand));
  if (!types.problem.empty()) todo.push_back(types.problem);
  if (!diagnosis.database.fault.empty()) todo.push_back(diagnosis.database.fault);
  return todo;
}

}  // namespace convtune
