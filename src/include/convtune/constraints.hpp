#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <convtune/measurement.hpp>

namespace convtune {

/// Which rows may answer: of this environment, of its machine class, or stale ones too.
enum class Trust { exact, machine_class, any };

/// What the caller demands at lookup. Part of the question, never of what is stored.
struct Constraints {
  std::optional<std::size_t> workspace_limit = {};  ///< bytes
  bool deterministic = false;                       ///< declared and observed
  Precision precision = Precision::strict;          ///< the loosest class that is acceptable
  Tags include = {};         ///< only candidates with one of these tags; empty: all
  Tags exclude = {};         ///< none with one of these
  std::string require = {};  ///< only this tag
  Rigour least = Rigour::one_run;
  Protocol protocol = Protocol::warm;
  Trust trust = Trust::machine_class;
  std::optional<std::int64_t> max_age_seconds = {};
};

/// True if whoever is there to check others is included or required by a tag of its own.
bool asks_for_oracle(const Constraints& constraints);

/// Why `candidate` may not answer under `constraints`; empty if it may. `observed`: what the
/// store saw about determinism, if it ran. Who carries the tag `oracle` answers only where that, or
/// `reference`, is included or required.
std::string objection(const Candidate& candidate, std::optional<bool> observed,
                      const Constraints& constraints);

}  // namespace convtune
