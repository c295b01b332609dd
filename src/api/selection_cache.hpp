#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include <convtune/choice.hpp>
#include <convtune/constraints.hpp>
#include <convtune/context.hpp>
#include <convtune/problem.hpp>

namespace convtune {

/// What a choice depends on, as text. What memory there is is left out: it is asked for each time.
std::string selection_key(const ConvProblem& problem, const std::string& policy,
                          const Constraints& constraints, const Context& context, int threads,
                          bool aligned);

/// Choices by key. Any thread.
class SelectionCache {
 public:
  struct Found {
    Choice choice;
    bool shared = false;  ///< it was there
  };

  /// The choice of `key` if `usable` says so, else what `select` comes to, which is kept if it has
  /// a candidate. One thread at a time selects, so that nobody disturbs somebody's timing, and who
  /// waited takes what was found meanwhile.
  Found find_or_select(const std::string& key, const std::function<bool(const Choice&)>& usable,
                       const std::function<Choice()>& select);

  /// The one that all objects of this process share.
  static SelectionCache& of_process();

 private:
  std::optional<Choice> find(const std::string& key) const;

  mutable std::mutex reading_;
  std::mutex selecting_;
  std::map<std::string, Choice> choices_;
};

}  // namespace convtune
