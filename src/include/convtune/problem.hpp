#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <convtune/error.hpp>
#include <convtune/types.hpp>

namespace convtune {

/// One spatial axis of a convolution. The output formula lives here and nowhere else.
struct Axis {
  std::int64_t in = 1, filter = 1, pad_left = 0, pad_right = 0, stride = 1, dilation = 1;

  constexpr std::int64_t reach() const { return dilation * (filter - 1) + 1; }
  constexpr std::int64_t padded() const { return pad_left + in + pad_right; }
  constexpr bool fits() const { return in > 0 && filter > 0 && padded() >= reach(); }
  constexpr bool steps() const { return stride > 0 && dilation > 0; }
  constexpr std::int64_t out() const { return (padded() - reach()) / stride + 1; }
  auto operator<=>(const Axis&) const = default;
};
static_assert(Axis{.in = 8, .filter = 3, .dilation = 2}.out() == 4);

/// A convolution as somebody describes it; may be nonsense until ConvProblem::make accepts it.
struct ConvShape {
  Direction direction = Direction::forward;

  DataType source_type = DataType::f32, filter_type = DataType::f32;
  DataType destination_type = DataType::f32, accumulation = DataType::f32;

  /// Layouts that the caller holds: filters are k c/g r s with channels_first and k r s c/g with
  /// channels_last (k outermost with groups too).
  Layout source_layout = Layout::channels_first, filter_layout = Layout::channels_first;
  Layout destination_layout = Layout::channels_first;

  std::int64_t batch = 1, in_channels = 1, out_channels = 1, groups = 1;

  int rank = 2;                ///< spatial axes in use: 1 (w), 2 (h w) or 3 (d h w)
  std::array<Axis, 3> axis{};  ///< outermost first; entries from rank on stay default

  bool flip = false;              ///< true convolution: taps reversed; otherwise cross-correlation
  bool unshared = false;          ///< one filter per output position (locally connected), 2-D only
  bool constant_weights = false;  ///< packing the filter is outside the time
  bool bias = false;              ///< adds one value a filter (type: accumulation)
  bool relu = false;              ///< the result is max(0, .) after bias and accumulation
  bool accumulate = false;        ///< adds into what the output tensor holds

  std::span<const Axis> axes() const { return {axis.data(), static_cast<std::size_t>(rank)}; }
  std::span<Axis> axes() { return {axis.data(), static_cast<std::size_t>(rank)}; }

  auto operator<=>(const ConvShape&) const = default;
};

/// Names every broken rule of a description, separated by "; ".
class InvalidProblem : public Error {
 public:
  explicit InvalidProblem(const std::string& broken) : Error(ErrorCode::bad_input, broken) {}
};

/// A valid convolution: cannot be made invalid, cannot change, usable as a key. Its padding is
/// canonical, so that one layer has one value whatever notation it came from.
class ConvProblem {
 public:
  /// Throws InvalidProblem naming every broken rule, not just the first.
  static ConvProblem make(const ConvShape& shape);

  const ConvShape& shape() const noexcept { return shape_; }
  const ConvShape* operator->() const noexcept { return &shape_; }
  auto operator<=>(const ConvProblem&) const = default;

 private:
  explicit ConvProblem(const ConvShape& shape) : shape_(shape) {}
  ConvShape shape_;
};

/// The tensor that the direction computes: destination, source (gradient) or filter (gradient).
Role output_role(Direction direction);

/// Logical extents, outermost first, as channels_first: source {n, c, [d, h,] w}, filter
/// {k, c/g, [kd, kh,] kw} (unshared {k, oh, ow, c/g, kh, kw}), destination {n, k, [od, oh,] ow},
/// bias {k}.
std::vector<std::int64_t> extents(const ConvProblem& problem, Role role);

DataType type_of(const ConvProblem& problem, Role role);
Layout layout_of(const ConvProblem& problem, Role role);  ///< bias: channels_first
std::int64_t elements(const ConvProblem& problem, Role role);
std::size_t bytes(const ConvProblem& problem, Role role);  ///< dense, in the problem's type

/// Multiply-accumulates of the direct algorithm, taps on padding included; the same for the three
/// directions.
double multiply_accumulates(const ConvProblem& problem);

/// One token that parses back to an equal problem: "fwd.f32.nchw_n8c64i56x56k64f3x3s1x1p1x1d1x1g1".
std::string text(const ConvProblem& problem);

/// Reads canonical text. Throws Error(bad_input) with the position, what stood there and what was
/// expected, or InvalidProblem.
ConvProblem parse_problem(std::string_view text);

/// Stable on every platform and in every version: FNV-1a over the canonical text, then mixed.
std::uint64_t hash(const ConvProblem& problem);

}  // namespace convtune

template <>
struct std::hash<convtune::ConvProblem> {
  std::size_t operator()(const convtune::ConvProblem& problem) const {
    return static_cast<std::size_t>(convtune::hash(problem));
  }
};
