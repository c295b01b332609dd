#pragma once

#include <memory>
#include <string>
#include <vector>

#include <convtune/doctor.hpp>

namespace convtune {

/// Starts this program again with `arguments` and `settings` (HelperLauncher); it gets questions on
/// its standard input and answers on its standard output, and is ended with the object. Nullptr
/// when it cannot be started.
std::unique_ptr<Helper> start_this_program(const std::vector<std::string>& arguments,
                                           const std::vector<std::string>& settings);

}  // namespace convtune
