// A transposed convolution is the backward-data direction of an ordinary one.
#include <limits>

#include <convtune/transposed.hpp>

namespace convtune {

Axis forward_axis(const TransposedAxis& axis) {
  using Wide = __int128;
  constexpr Wide largest = std::numeric_limits<std::int64_t>::max();
  const Wide reach = Wide{axis.dilation} * (Wide{axis.filter} - 1) + 1;
  const Wide out = Wide{axis.stride} * (Wide{axis.in} - 1) + reach + axis.output_padding -
                   axis.pad_left - axis.pad_right;
  if (out < 1 || out > largest)
    throw InvalidProblem("the output of a transposed convolution must be between 1 and 2^63-1");
  // The padding on the right that gives back exactly `in` outputs.
  const Wide pad_right = Wide{axis.pad_right} - axis.output_padding;
  if (pad_right < -largest) throw InvalidProblem("the output padding must stay below 2^63");
  return {.in = static_cast<std::int64_t>(out),
          .filter = axis.filter,
          .pad_left = axis.pad_left,
          .pad_right = static_cast<std::int64_t>(pad_right),
          .stride = axis.stride,
          .dilation = axis.dilation};
}

}  // namespace convtune
