#pragma once

#include <string>

namespace convtune {

/// Why no GPU of NVIDIA can be used here: the driver is missing, refuses, or sees none. Empty:
/// there is one. Asks the driver once.
const std::string& why_no_gpu();

}  // namespace convtune
