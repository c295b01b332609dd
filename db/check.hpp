#pragma once

#include <string>
#include <vector>

#include "database.hpp"

namespace convtune::db {

/// Everything that is wrong with a store, a sentence each, the first hundred; reads all of it.
std::vector<std::string> faults_of(const Database& database);

}  // namespace convtune::db
