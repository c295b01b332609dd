#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <convtune/problem.hpp>

namespace convtune {

/// Zeros before the first and after the last element of one axis.
struct Padding {
  std::int64_t left = 0, right = 0;

  Padding() = default;
  Padding(std::int64_t both) : left(both), right(both) {}  // NOLINT: a number pads both sides
  Padding(std::int64_t before, std::int64_t after) : left(before), right(after) {}
  auto operator<=>(const Padding&) const = default;
};

/// How a convolution goes over the edge of its input: Theano's border_mode (AbstractConv). With the
/// reach dk = (k-1) d + 1 of a filter, `valid` pads nothing, `half` dk/2 on each side (rounded
/// down: the same size for odd dk, one more for even), `full` dk-1, and numbers what they say. A
/// value; one number stands for every axis, and zeros everywhere are `valid`.
class BorderMode {
 public:
  enum class Kind { valid, half, full, numbers };

  BorderMode() = default;  ///< valid

  /// "valid", "half" or "full"; otherwise Error(bad_input).
  BorderMode(std::string_view name);                                    // NOLINT: Theano's notation
  BorderMode(const char* name) : BorderMode(std::string_view(name)) {}  // NOLINT

  /// The same on both sides of every axis. Error(bad_input) if it is negative.
  BorderMode(int pad) : BorderMode(std::int64_t{pad}) {}  // NOLINT
  BorderMode(std::int64_t pad);                           // NOLINT

  /// One number or one (left, right) pair an axis, outermost first. Error(bad_input) if there is
  /// none or one is negative.
  BorderMode(std::vector<Padding> axes);  // NOLINT
  BorderMode(std::initializer_list<Padding> axes) : BorderMode(std::vector<Padding>(axes)) {}

  Kind kind() const { return kind_; }

  /// The zeros of each axis, for a filter of these extents and dilations (as many as there are
  /// axes). Error(bad_input) when the numbers are of another count, or where a pair differs in
  /// three dimensions, which Theano does not do.
  std::vector<Padding> padding(const std::vector<std::int64_t>& filter,
                               const std::vector<std::int64_t>& dilation) const;

  bool operator==(const BorderMode&) const = default;

 private:
  friend std::string text(const BorderMode& border);

  Kind kind_ = Kind::valid;
  std::vector<Padding> numbers_;  // one: for every axis
};

/// "valid", "half", "full", "1", "(1, 2)", "((1, 2), 0)".
std::string text(const BorderMode& border);

}  // namespace convtune
