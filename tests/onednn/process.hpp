#pragma once

#include <string>
#include <vector>

namespace convtune {

/// Runs a shell command, returns the lines of its standard output. Fails the test if it fails.
std::vector<std::string> lines_of(const std::string& command);

/// The rest of the first line that starts with `start`; "(none)" if there is none.
std::string line_after(const std::vector<std::string>& lines, const std::string& start);

}  // namespace convtune
