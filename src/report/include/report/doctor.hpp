#pragma once

#include <string>

#include <convtune/doctor.hpp>
#include <report/table.hpp>

namespace convtune {

/// convtune.doctor/1, by the rules of report/json.hpp.
std::string json(const Diagnosis& diagnosis);

/// convtune.device/1: a machine as another one needs to know it.
std::string json(const Device& device, const Machine& machine);

/// For people: what there is, what the figures mean, what to do.
std::string rendered(const Diagnosis& diagnosis, const Paper& paper);

}  // namespace convtune
