// What makes a description a valid convolution, and its one canonical form.
#include <algorithm>
#include <limits>
#include <string>

#include <convtune/problem.hpp>

#include "problem_extents.hpp"

namespace convtune {
namespace {

// Wide enough for a product of two sizes and the sum of a few: rules are tested without overflow.
using Wide = __int128;
constexpr Wide largest = std::numeric_limits<std::int64_t>::max();

Wide reach(const Axis& axis) {
  return Wide{axis.dilation} * (Wide{axis.filter} - 1) + 1;
}
Wide padded(const Axis& axis) {
  return Wide{axis.pad_left} + axis.in + axis.pad_right;
}
Wide out(const Axis& axis) {
  return (padded(axis) - reach(axis)) / axis.stride + 1;
}

std::string number(Wide value) {
  if (value < 0) return "-" + number(-value);
  const std::string last(1, static_cast<char>('0' + static_cast<int>(value % 10)));
  return value < 10 ? last : number(value / 10) + last;
}

/// Collects the rules that a description breaks.
class Broken {
 public:
  void unless(bool holds, const std::string& rule) {
    if (holds) return;
    if (!text_.empty()) text_ += "; ";
    text_ += rule;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

bool positive(const Axis& axis) {
  return axis.in > 0 && axis.filter > 0 && axis.stride > 0 && axis.dilation > 0 &&
         axis.pad_left >= 0;
}

/// Along one axis: everything that later arithmetic on 64 bits relies on. True if all holds.
bool check_axis(const Axis& axis, char name, Broken& broken) {
  const std::string along = std::string(" along ") + name;
  broken.unless(axis.in > 0, "the input extent must be positive" + along);
  broken.unless(axis.filter > 0, "the filter extent must be positive" + along);
  broken.unless(axis.stride > 0, "the stride must be positive" + along);
  broken.unless(axis.dilation > 0, "the dilation must be positive" + along);
  broken.unless(axis.pad_left >= 0, "the left padding must not be negative" + along);
  if (!positive(axis)) return false;

  const bool fits = padded(axis) >= reach(axis);
  broken.unless(fits, "the filter (" + number(reach(axis)) +
                          " with its dilation) must fit the padded input (" + number(padded(axis)) +
                          ")" + along);
  const bool small = Wide{axis.pad_left} + axis.in <= largest && padded(axis) <= largest;
  broken.unless(small, "the padded input must not pass 2^63-1" + along);
  return fits && small;
}

void check_types(const ConvShape& shape, Broken& broken) {
  const bool floating = is_floating(shape.source_type);
  broken.unless(floating == is_floating(shape.filter_type),
                "source and filter must both be floating or both be integers");
  broken.unless(!floating || is_floating(shape.destination_type),
                "the destination of a floating source must be floating");
  broken.unless(floating ? is_floating(shape.accumulation) : shape.accumulation == DataType::s32,
                floating ? "floating types must accumulate in a floating type"
                         : "integers must accumulate in s32");
}

void check_options(const ConvShape& shape, Broken& broken) {
  const bool forward = shape.direction == Direction::forward;
  broken.unless(forward || !shape.bias, "a bias needs direction fwd");
  broken.unless(forward || !shape.relu, "a relu needs direction fwd");
  broken.unless(shape.direction != Direction::backward_weights || !shape.constant_weights,
                "constant weights have no gradient: not with direction bwdw");
  if (!shape.unshared) return;
  broken.unless(shape.rank == 2, "unshared filters need two spatial axes");
  broken.unless(shape.source_layout != Layout::channels_last &&
                    shape.filter_layout != Layout::channels_last &&
                    shape.destination_layout != Layout::channels_last,
                "unshared filters need channels-first layouts");
}

/// Extents of 0 count as 1: an empty tensor's strides must not overflow either.
bool fits_in_memory(const ConvShape& shape, Role role) {
  std::int64_t bytes = static_cast<std::int64_t>(size_of(type_of(shape, role)));
  for (const std::int64_t extent : extents(shape, role))
    if (__builtin_mul_overflow(bytes, std::max<std::int64_t>(extent, 1), &bytes)) return false;
  return true;
}

std::string broken_rules(const ConvShape& shape) {
  Broken broken;
  const bool ranked = shape.rank >= 1 && shape.rank <= 3;
  broken.unless(ranked, "there must be one, two or three spatial axes");
  const bool counted = std::min({shape.batch, shape.in_channels, shape.out_channels}) >= 0;
  broken.unless(counted, "batch and channels must not be negative");
  const bool grouped = shape.groups > 0;
  broken.unless(grouped, "the number of groups must be positive");
  if (grouped)
    broken.unless(shape.in_channels % shape.groups == 0 && shape.out_channels % shape.groups == 0,
                  "groups must divide both channel counts");
  check_types(shape, broken);
  check_options(shape, broken);
  if (!ranked) return broken.text();

  bool sound = counted && grouped;
  const std::string_view names =
      std::string_view("dhw").substr(3 - static_cast<std::size_t>(shape.rank));
  for (std::size_t i = 0; i < names.size(); ++i)
    sound &= check_axis(shape.axis[i], names[i], broken);
  if (!sound) return broken.text();

  for (const Role role : {Role::source, Role::filter, Role::destination, Role::bias})
    broken.unless(fits_in_memory(shape, role),
                  "the " + std::string(name(role)) + " tensor must not pass 2^63-1 bytes");
  return broken.text();
}

/// Sources write the padding of one layer differently, but an output size and a left padding say
/// all that a window can read.
void make_canonical(Axis& axis) {
  const Wide outputs = out(axis);
  Axis symmetric = axis;
  symmetric.pad_right = symmetric.pad_left;
  if (padded(symmetric) >= reach(axis) && padded(symmetric) <= largest &&
      out(symmetric) == outputs) {
    axis = symmetric;
    return;
  }
  const Wide least = (outputs - 1) * axis.stride + reach(axis) - axis.in - axis.pad_left;
  const Wide most = least + axis.stride - 1;
  axis.pad_right = static_cast<std::int64_t>(least < 0 && most >= 0 ? 0 : least);
}

ConvShape canonical(ConvShape shape) {
  for (Axis& axis : shape.axes()) make_canonical(axis);
  for (std::size_t i = shape.axes().size(); i < shape.axis.size(); ++i) shape.axis[i] = Axis{};
  return shape;
}

}  // namespace

ConvProblem ConvProblem::make(const ConvShape& shape) {
  const std::string broken = broken_rules(shape);
  if (!broken.empty()) throw InvalidProblem(broken);
  return ConvProblem(canonical(shape));
}

}  // namespace convtune
