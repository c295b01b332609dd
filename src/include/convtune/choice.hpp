#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <convtune/constraints.hpp>
#include <convtune/problem.hpp>

namespace convtune {

/// Which step of the lookup ladder an answer came from. `default_choice` prints as "default".
enum class Provenance { exact, machine_class, stale, near, predicted, heuristic, default_choice };
std::string_view name(Provenance provenance);

/// One word for how sure: told apart, tied within the tolerance, not told apart, cut by the budget,
/// or not measured.
enum class Confidence { clear, tie, unresolved, budget, none };
std::string_view name(Confidence confidence);

/// The answer to one question. An empty candidate: there is none, and `reason` says why.
struct Choice {
  ConvProblem problem;
  std::string device = {};
  std::string candidate = {};       ///< text
  std::string implementation = {};  ///< its name
  Layouts layouts = {};
  std::optional<double> seconds = {};                  ///< median; empty: never measured
  std::optional<std::array<double, 2>> interval = {};  ///< of the median, 95 %
  std::size_t workspace_bytes = 0;
  bool deterministic = false;
  Precision precision = Precision::strict;
  Provenance provenance = Provenance::default_choice;
  Rigour rigour = Rigour::predicted;
  Confidence confidence = Confidence::none;
  std::vector<std::string> ties = {};  ///< other candidates not slower beyond the tolerance
  std::optional<std::int64_t> measured_at = {};  ///< seconds since the epoch
  std::string environment = {};  ///< hash in hexadecimal, of the candidate's backend
  int threads = 1;               ///< of the CPU; 0 for a GPU
  std::string reason = {};
};

}  // namespace convtune
