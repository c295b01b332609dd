#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <tuner/race.hpp>

namespace convtune {

/// Entrants of fixed speed, with a little noise that is the same for all in one round.
struct Field {
  std::vector<Entrant> entrants;
  std::vector<std::function<double(int)>> seconds;
  std::vector<std::pair<int, std::size_t>> order;  ///< as sampled: round, entrant
  double spent = 0;
  RaceSettings settings{.demand_seconds = 0};  ///< seconds here are whole ones

  std::size_t add(const std::string& name, double each, std::size_t workspace = 0) {
    return add(name, [each](int) { return each; }, workspace);
  }
  std::size_t add(const std::string& name, std::function<double(int)> each,
                  std::size_t workspace = 0) {
    Entrant entrant;
    entrant.name = name;
    entrant.workspace_bytes = workspace;
    entrant.deterministic = true;
    entrants.push_back(entrant);
    seconds.push_back(std::move(each));
    return entrants.size() - 1;
  }

  RaceResult run(const std::function<bool()>& stop = {}) {
    return race(
        entrants,
        [&](std::size_t index, int round) {
          order.emplace_back(round, index);
          const double time = seconds[index](round);
          spent += time;
          return time;
        },
        settings, [&] { return spent; }, stop);
  }
};

}  // namespace convtune
