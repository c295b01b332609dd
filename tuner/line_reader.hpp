#pragma once

#include <string>

namespace convtune {

/// Lines out of a socket, none longer than the protocol allows.
class LineReader {
 public:
  enum class Got { line, nothing, end, too_long };

  explicit LineReader(int descriptor) : descriptor_(descriptor) {}

  /// The next line without its end. `nothing`: no whole line came within `seconds`, or a signal
  /// did; a negative number waits for ever. `end`: nobody writes any more; what stood before
  /// without a line's end is in `line`.
  Got next(std::string& line, double seconds);

  /// Returns when there is something to read, or after `seconds`. Until then the thread does not
  /// sleep, so that it need not be woken; whoever else wants its processor gets it.
  void stay_awake(double seconds) const;

  /// Whether something was read that is no line yet.
  bool holds_part() const { return !held_.empty(); }

 private:
  int descriptor_;
  std::string held_;
};

/// Writes `text` and a line's end, all of it; false when nobody reads.
bool write_line(int descriptor, std::string text);

}  // namespace convtune
