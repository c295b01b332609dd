#include "neighbours.hpp"

#include <algorithm>
#include <deque>
#include <set>

namespace convtune::cudnn {
namespace {

constexpr std::size_t most_tries = 20000;
constexpr std::int64_t near = 4;  // steps to either side; beyond, powers of two

std::vector<std::int64_t> values_near(const KnobRange& range, std::int64_t now) {
  std::set<std::int64_t> values;
  const auto add = [&](std::int64_t value) {
    if (value >= range.least && value <= range.most && value != now) values.insert(value);
  };
  const std::int64_t step = std::max<std::int64_t>(range.step, 1);
  for (std::int64_t away = 1; away <= near; ++away) {
    add(now - away * step);
    add(now + away * step);
  }
  constexpr int widest = 62;
  for (int power = 0; power < widest; ++power)
    if (const std::int64_t value = std::int64_t{1} << power; (value - range.least) % step == 0)
      add(value);
  std::vector<std::int64_t> nearest(values.begin(), values.end());
  std::ranges::stable_sort(nearest, {}, [&](std::int64_t value) { return std::abs(value - now); });
  return nearest;
}

Configuration turned(Configuration configuration, cudnnBackendKnobType_t type, std::int64_t value) {
  const auto knob = std::ranges::find(configuration.knobs, type, &Knob::type);
  if (knob != configuration.knobs.end()) {
    knob->value = value;
  } else {
    configuration.knobs.push_back({type, value});
    std::ranges::sort(configuration.knobs);
  }
  return configuration;
}

}  // namespace

std::vector<Supported> neighbours(const Engines& engines, std::size_t most) {
  std::deque<Configuration> from;
  std::set<Configuration> known;
  for (const cudnnBackendHeurMode_t mode :
       {CUDNN_HEUR_MODE_A, CUDNN_HEUR_MODE_B, CUDNN_HEUR_MODE_FALLBACK})
    for (const Supported& named : engines.heuristics(mode))
      if (known.insert(named.configuration).second) from.push_back(named.configuration);
  // Those that nobody names come behind all that the named ones lead to.
  const std::int64_t engine_count = engines.count();
  for (std::int64_t engine = 0; engine < engine_count; ++engine)
    if (const Configuration at_defaults{.engine = engine, .knobs = {}};
        !known.contains(at_defaults) &&
        std::holds_alternative<Supported>(engines.check(at_defaults)))
      from.push_back(at_defaults);

  std::map<std::int64_t, std::vector<KnobRange>> ranges;
  std::vector<Supported> found;
  std::size_t tries = 0;
  for (; !from.empty() && found.size() < most && tries < most_tries; from.pop_front()) {
    const Configuration start = from.front();
    auto known_ranges = ranges.find(start.engine);
    if (known_ranges == ranges.end())
      known_ranges = ranges.emplace(start.engine, engines.knobs(start.engine)).first;
    for (const KnobRange& range : known_ranges->second) {
      const auto knob = std::ranges::find(start.knobs, range.type, &Knob::type);
      // Where a heuristic leaves a knob at the engine's default, it stays there. An engine at its
      // defaults tells none of them: all values are as near.
      if (knob == start.knobs.end() && !start.knobs.empty()) continue;
      const std::int64_t now = knob == start.knobs.end()
                                   ? range.least - std::max<std::int64_t>(range.step, 1)
                                   : knob->value;
      for (const std::int64_t value : values_near(range, now)) {
        const Configuration wanted = turned(start, range.type, value);
        if (!known.insert(wanted).second || ++tries > most_tries) continue;
        auto checked = engines.check(wanted);
        auto* const supported = std::get_if<Supported>(&checked);
        // Some engines round a value to one that was listed already.
        if (!supported ||
            (supported->configuration != wanted && !known.insert(supported->configuration).second))
          continue;
        from.push_back(supported->configuration);
        found.push_back(std::move(*supported));
        if (found.size() == most) return found;
      }
    }
  }
  return found;
}

}  // namespace convtune::cudnn
