#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <convtune/constraints.hpp>
#include <convtune/device.hpp>
#include <convtune/problem.hpp>

namespace convtune {

/// One of Theano's names, read for a problem on a kind of device.
struct Policy {
  enum class Kind {
    family,  ///< the best measured row that `constraints` allow, else the family's default
    guess,   ///< the library's heuristic, whatever was measured
    time,    ///< the measured row, and measuring on a miss
  } kind = Kind::family;
  Constraints constraints;     ///< the caller's, narrowed to the family
  std::string family;          ///< tag that the family goes by; empty: it is no matter of tags
  std::string algorithm = {};  ///< what cuDNN calls it, where it has it
  DeviceKind device = DeviceKind::cpu;  ///< for which it was read
};

/// Theano's names that there are for a direction and a number of spatial axes, static ones first.
std::vector<std::string_view> policy_names(Direction direction, int rank);

/// On a GPU `none`, `small` and `deterministic` are algorithms of cuDNN, as with Theano; on a CPU,
/// and where those are absent, rules about workspace and determinism. Throws Error(bad_input) for a
/// name that there is not, or not for this direction or rank. The message lists those that there
/// are.
Policy read_policy(const std::string& name, const ConvProblem& problem,
                   const Constraints& constraints, DeviceKind device = DeviceKind::cpu);

/// Who answers where nobody of a policy's family may.
struct Fallback {
  std::string name;   ///< of a policy...
  DeviceKind device;  ///< ... and for which kind of device it is read
  std::string words;  ///< "the policy none answers instead"
};
/// Nullopt: the name is no matter of a family.
std::optional<Fallback> fallback_of(const std::string& name, const Policy& policy);

}  // namespace convtune
