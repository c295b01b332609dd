#include "line_reader.hpp"

#include <array>
#include <cerrno>
#include <cmath>
#include <cstddef>
#include <utility>

#include <poll.h>
#include <sched.h>
#include <sys/socket.h>

#include <tuner/clock.hpp>

#include "protocol.hpp"

namespace convtune {

void LineReader::stay_awake(double seconds) const {
  std::byte first{};
  const double until = steady_clock().now() + seconds;
  while (recv(descriptor_, &first, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN &&
         steady_clock().now() < until)
    sched_yield();
}

LineReader::Got LineReader::next(std::string& line, double seconds) {
  while (true) {
    if (const std::size_t end = held_.find('\n'); end != std::string::npos) {
      line = held_.substr(0, end);
      held_.erase(0, end + 1);
      return line.size() > longest_line ? Got::too_long : Got::line;
    }
    if (held_.size() > longest_line) return Got::too_long;
    pollfd waiting{.fd = descriptor_, .events = POLLIN, .revents = 0};
    const int milliseconds = seconds < 0 ? -1 : static_cast<int>(std::ceil(1e3 * seconds));
    if (poll(&waiting, 1, milliseconds) <= 0) return Got::nothing;
    std::array<char, 4096> piece;
    const ssize_t count = recv(descriptor_, piece.data(), piece.size(), 0);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) return Got::nothing;
    if (count <= 0) {
      line = std::exchange(held_, {});
      return Got::end;
    }
    held_.append(piece.data(), static_cast<std::size_t>(count));
  }
}

bool write_line(int descriptor, std::string text) {
  text += '\n';
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t count = send(descriptor, text.data() + at, text.size() - at, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    at += static_cast<std::size_t>(count);
  }
  return true;
}

}  // namespace convtune
