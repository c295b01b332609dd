#pragma once

#include <optional>
#include <string>

#include <convtune/problem.hpp>

namespace convtune {

struct Step;

/// What a node that convolves stands for.
struct ReadConvolution {
  std::optional<ConvProblem> problem;
  std::string missing;  ///< why there is no problem: what is not known or not possible
  std::string remark;   ///< what the node also does and no problem says, or nothing
};

/// Reads Conv, ConvTranspose, FusedConv, QLinearConv, ConvInteger and their kin, and fills in what
/// is known of the output. nullopt for every other operator.
std::optional<ReadConvolution> read_convolution(Step& step);

}  // namespace convtune
