#pragma once

#include <string>
#include <vector>

namespace convtune::cuda {

/// What of a GPU's state spoils times taken on it, a clause each ("2 other processes use it (pid 7,
/// 12)"): an exclusive compute mode, MIG, others that compute there. Asked from NVML in the file
/// `library`; nothing where that is not to be had.
std::vector<std::string> remarks(const std::string& library, const std::string& uuid);

}  // namespace convtune::cuda
