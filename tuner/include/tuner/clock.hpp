#pragma once

namespace convtune {

/// Time as the tuner sees it, so that tests can run it by hand.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Seconds since some fixed moment; never goes back.
  virtual double now() const = 0;
};

/// std::chrono::steady_clock.
const Clock& steady_clock();

}  // namespace convtune
