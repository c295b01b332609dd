#include <algorithm>

#include <convtune/border_mode.hpp>

namespace convtune {
namespace {

using Numbers = std::vector<std::int64_t>;

std::string text(const Padding& padding) {
  const std::string left = std::to_string(padding.left);
  return padding.left == padding.right ? left
                                       : "(" + left + ", " + std::to_string(padding.right) + ")";
}

[[noreturn]] void refuse(const BorderMode& border, const std::string& expected) {
  throw Error(ErrorCode::bad_input,
              "The border mode is " + text(border) + "; expected " + expected + ".");
}

}  // namespace

BorderMode::BorderMode(std::string_view name) {
  if (name == "half")
    kind_ = Kind::half;
  else if (name == "full")
    kind_ = Kind::full;
  else if (name != "valid")
    throw Error(ErrorCode::bad_input, "The border mode is '" + std::string(name) +
                                          "'; expected valid, half, full or numbers.");
}

BorderMode::BorderMode(std::int64_t pad) : BorderMode(std::vector<Padding>{pad}) {}

BorderMode::BorderMode(std::vector<Padding> axes)
    : kind_(Kind::numbers), numbers_(std::move(axes)) {
  if (numbers_.empty()) refuse(*this, "a number for every axis");
  if (std::ranges::any_of(numbers_, [](const Padding& p) { return std::min(p.left, p.right) < 0; }))
    refuse(*this, "numbers that are not negative");
  if (std::ranges::all_of(numbers_, [](const Padding& p) { return p == Padding(); }))
    *this = BorderMode();
}

std::vector<Padding> BorderMode::padding(const Numbers& filter, const Numbers& dilation) const {
  const std::size_t rank = filter.size();
  if (kind_ == Kind::numbers) {
    if (numbers_.size() != 1 && numbers_.size() != rank)
      refuse(*this, "one number for each of " + std::to_string(rank) + " axes");
    const bool pairs =
        std::ranges::any_of(numbers_, [](const Padding& p) { return p.left != p.right; });
    if (pairs && rank > 2) refuse(*this, "the same on both sides in three dimensions");
    return numbers_.size() == rank ? numbers_ : std::vector<Padding>(rank, numbers_.front());
  }
  std::vector<Padding> axes;
  for (std::size_t i = 0; i < rank; ++i) {
    const std::int64_t reach = Axis{.filter = filter[i], .dilation = dilation[i]}.reach();
    switch (kind_) {
      case Kind::half: axes.emplace_back(reach / 2); break;
      case Kind::full: axes.emplace_back(reach - 1); break;
      default: axes.emplace_back(0);
    }
  }
  return axes;
}

std::string text(const BorderMode& border) {
  switch (border.kind_) {
    case BorderMode::Kind::valid: return "valid";
    case BorderMode::Kind::half: return "half";
    case BorderMode::Kind::full: return "full";
    case BorderMode::Kind::numbers: break;
  }
  if (border.numbers_.size() == 1 && border.numbers_[0].left == border.numbers_[0].right)
    return text(border.numbers_[0]);
  std::string all;
  for (const Padding& each : border.numbers_)
    all.append(all.empty() ? "(" : ", ").append(text(each));
  return all.empty() ? "()" : all + ")";
}

}  // namespace convtune
