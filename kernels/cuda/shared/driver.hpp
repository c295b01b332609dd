#pragma once

#include <string>

namespace convtune::cuda {

/// Why the driver alone gives no GPU; empty: it sees one. Asks once.
const std::string& why_no_driver();

}  // namespace convtune::cuda
