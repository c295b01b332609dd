#pragma once

#include <string>

namespace convtune::cuda {

/// The path of its library (libcuda); empty: there is none that can be opened. Opens it once.
std::string driver_file();

/// Why the driver alone gives no GPU; empty: it sees one. Asks once.
const std::string& why_no_driver();

}  // namespace convtune::cuda
