#include "coverage.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace convtune::testing_support {

CoverageKey coverage_key(const ConvProblem& problem) {
  return {problem->direction, problem->source_type, problem->rank};
}

std::string text(const CoverageKey& key) {
  std::ostringstream out;
  out << name(key.direction) << ' ' << name(key.type) << ' ' << key.rank;
  return out.str();
}

Coverage committed_coverage(std::string_view implementation) {
  std::ifstream file(CONVTUNE_COVERAGE);
  if (!file) throw std::runtime_error("cannot read " CONVTUNE_COVERAGE);
  Coverage rows;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream words(line);
    std::string who, direction_name, type_name;
    CoverageKey key;
    int count = 0;
    words >> who >> direction_name >> type_name >> key.rank >> count;
    const auto read_direction = direction(direction_name);
    const auto type = data_type(type_name);
    if (!words || !read_direction || !type) throw std::runtime_error("not a coverage row: " + line);
    key.direction = *read_direction;
    key.type = *type;
    if (who == implementation) rows[key] = count;
  }
  return rows;
}

}  // namespace convtune::testing_support
