#pragma once

#include <convtune/library_search.hpp>

#include "algorithm_offer.hpp"

namespace convtune::cudnn {

/// What cudnnFind...AlgorithmEx says of a problem without a legacy_objection, asked once for each
/// math type that matters: what it timed, fastest first, then what it did not. Throws Failure.
std::vector<LibrarySearch::Found> search_algorithms(const ConvProblem& problem,
                                                    const Buffers& buffers,
                                                    std::size_t workspace_bytes,
                                                    const AskLegacy& ask);

}  // namespace convtune::cudnn
