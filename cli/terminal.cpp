#include "terminal.hpp"

#include <cstdlib>
#include <string_view>

#include <sys/ioctl.h>
#include <unistd.h>

#include "output.hpp"

namespace convtune {
namespace {

constexpr int usual_width = 80;

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool dumb() {
  return variable("TERM").empty() || variable("TERM") == "dumb";
}

int width_of(int descriptor) {
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const int columns = std::atoi(std::string(variable("COLUMNS")).c_str());
  return columns > 0 ? columns : usual_width;
}

}  // namespace

Paper standard_output_paper(ColourMode mode) {
  const bool terminal = isatty(output_descriptor()) == 1;
  const bool wanted = mode == ColourMode::always || (mode == ColourMode::automatic && terminal &&
                                                     !dumb() && variable("NO_COLOR").empty());
  return {.width = terminal ? width_of(output_descriptor()) : 0, .colour = wanted};
}

int standard_error_width() {
  return isatty(STDERR_FILENO) == 1 && !dumb() ? width_of(STDERR_FILENO) : 0;
}

}  // namespace convtune
