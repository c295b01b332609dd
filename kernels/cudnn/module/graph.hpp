#pragma once

#include <array>
#include <string>

#include <convtune/implementation.hpp>

#include "descriptor.hpp"

namespace convtune::cudnn {

/// The unique ids of the tensors in a graph.
constexpr std::int64_t tensor_id(Role role) {
  return 1 + static_cast<std::int64_t>(role);
}

/// Where source, filter and destination lie: true is channels last.
using ChannelsLast = std::array<bool, 3>;

/// As the problem says, with `any` as channels last or first.
ChannelsLast channels_last(const ConvProblem& problem, bool where_free);
Layouts layouts(const ChannelsLast& last);

/// What the tensors of a graph are aligned to: 16 bytes, or no more than to their elements.
enum class Alignment { usual, elements };

/// What keeps a problem from being a graph of one convolution; empty: nothing does.
std::string objection(const ConvProblem& problem);

/// The convolution of a problem as one operation on three tensors (1-D with an axis of one row),
/// and one more each for bias and relu, a final operation graph. Throws Failure where cuDNN has no
/// such types or sizes.
Descriptor graph(const ConvProblem& problem, const ChannelsLast& last,
                 Alignment alignment = Alignment::usual);

/// A device from the text that cuDNN gives of one, whether or not it is here. Throws Failure.
Descriptor device_properties(const std::string& json);

}  // namespace convtune::cudnn
