#pragma once

#include <string>
#include <vector>

#include <convtune/doctor.hpp>

namespace convtune {

/// What the figures of `diagnosis` mean, one sentence each.
std::vector<std::string> findings(const Diagnosis& diagnosis);

/// What its user should do, one sentence each.
std::vector<std::string> advice(const Diagnosis& diagnosis);

}  // namespace convtune
