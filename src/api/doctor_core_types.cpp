#include <algorithm>
#include <cmath>
#include <functional>
#include <sstream>

#include <convtune/decision.hpp>
#include <convtune/doctor.hpp>
#include <convtune/statistics.hpp>

#include "stop.hpp"

namespace convtune {
namespace {

// A win by less would flip from day to day, and every flip retires the BLAS rows of the store.
constexpr double worth_changing = 1.05;
constexpr int matrix_size = 512;

struct Answer {
  double seconds = 0;
  std::string core_type;
};

std::optional<Answer> ask(Helper& helper, std::string& complaint) {
  const std::optional<std::string> line = helper.ask(std::to_string(matrix_size));
  if (!line) return std::nullopt;
  Answer answer;
  std::istringstream words(*line);
  if (words >> answer.seconds >> answer.core_type && answer.seconds > 0) return answer;
  complaint = *line;
  return std::nullopt;
}

struct Runner {
  std::string name;  // as the library reports it
  std::unique_ptr<Helper> helper;
  std::vector<double> seconds;
};

// Starts one process per name that is a core type of its own; the first is the library's choice.
std::vector<Runner> start(const std::vector<std::string>& names, const HelperLauncher& launch,
                          std::string& complaint) {
  std::vector<Runner> runners;
  std::vector<std::string> wanted = {""};
  wanted.insert(wanted.end(), names.begin(), names.end());
  for (const std::string& name : wanted) {
    std::unique_ptr<Helper> helper = launch({"OPENBLAS_CORETYPE=" + name});
    // A kernel that this CPU cannot run ends its process: that core type is none of ours.
    const std::optional<Answer> first = helper ? ask(*helper, complaint) : std::nullopt;
    if (!first && name.empty()) return {};
    if (!first) continue;
    if (std::ranges::find(runners, first->core_type, &Runner::name) != runners.end()) continue;
    runners.push_back({.name = first->core_type, .helper = std::move(helper), .seconds = {}});
  }
  return runners;
}

// By more than what is worth a change, round by round, and not by the noise of one of them.
bool faster_for_sure(const Runner& rival, const Runner& chosen) {
  std::vector<double> logs;
  for (std::size_t i = 0; i < std::min(rival.seconds.size(), chosen.seconds.size()); ++i)
    logs.push_back(std::log(chosen.seconds[i] / rival.seconds[i]));
  if (logs.empty()) return false;
  const PairedDifference difference = paired_difference(logs);
  return difference.median - DecisionRule().z * difference.standard_error >
         std::log(worth_changing);
}

}  // namespace

std::string core_type_setting_key(const Machine& machine) {
  return "blas.core_type/" + machine.machine_class;
}

CoreTypes time_core_types(const std::vector<std::string>& names, const HelperLauncher& launch,
                          int rounds, const std::function<bool()>& stop) {
  CoreTypes result;
  std::string complaint;
  std::vector<Runner> runners = start(names, launch, complaint);
  stop_if_asked(stop);  // the same signal may have ended the processes: they prove nothing
  if (runners.empty()) {
    result.problem =
        complaint.empty() ? "The process that times matrix products did not answer." : complaint;
    return result;
  }
  result.chosen = runners.front().name;

  // Alternating direction, so that a drifting clock favours nobody.
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < runners.size(); ++i) {
      Runner& runner = runners[round % 2 == 0 ? i : runners.size() - 1 - i];
      if (const auto answer = ask(*runner.helper, complaint))
        runner.seconds.push_back(answer->seconds);
      stop_if_asked(stop);
    }
  }

  const double operations = 2.0 * matrix_size * matrix_size * matrix_size;
  for (const Runner& runner : runners) {
    if (runner.seconds.empty()) continue;
    result.timed.push_back({runner.name, operations / median(runner.seconds) / 1e9});
  }
  std::ranges::stable_sort(result.timed, std::greater{}, &CoreTypes::Timed::gflops);
  if (result.timed.empty()) {
    result.problem = "No process that times matrix products answered twice.";
    return result;
  }
  const std::string& best = result.timed.front().name;
  const auto of = [&](const std::string& name) -> const Runner& {
    return *std::ranges::find(runners, name, &Runner::name);
  };
  result.fastest = faster_for_sure(of(best), of(result.chosen)) ? best : result.chosen;
  return result;
}

}  // namespace convtune
