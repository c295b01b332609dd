#pragma once

#include <cstddef>
#include <vector>

namespace convtune::cuda {

/// What a GPU's processors usually run at, learned from what was seen lately: heat and power make
/// the clock drop, and times taken meanwhile are not comparable with others.
class UsualClock {
 public:
  /// False if `megahertz` is below three quarters of the usual; a clock that is not known (0) is
  /// accepted and not learned from. A drop that lasts becomes the usual.
  bool accepts(double megahertz);

 private:
  static constexpr std::size_t remembered = 64;
  std::vector<double> seen_;
  std::size_t next_ = 0;
};

}  // namespace convtune::cuda
