#pragma once

#include <report/table.hpp>

namespace convtune {

enum class ColourMode { automatic, always, never };

/// The standard output as paper: its width if it is a terminal, and colour as `mode` says;
/// automatic means a terminal that can, and NO_COLOR not set.
Paper standard_output_paper(ColourMode mode);

/// Columns of the terminal that the standard error is; 0 if it is none that can move its cursor.
int standard_error_width();

}  // namespace convtune
