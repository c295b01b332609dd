#pragma once

#include "offers.hpp"

namespace convtune {

/// Why the tensors of a call and so much workspace never fit the memory of a GPU, here or
/// described; empty: they do, or it is the CPU. One clause.
std::string too_large(const ConvProblem& problem, std::size_t workspace_bytes,
                      const Device& device);

/// Makes refusals of those candidates whose workspace does not fit beside the tensors.
void refuse_too_large(Offers& offers, const ConvProblem& problem, const Device& device);

}  // namespace convtune
