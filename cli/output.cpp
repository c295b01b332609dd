#include "output.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <convtune/error.hpp>

namespace convtune {

void write_output(std::string_view text) {
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0)
    return;
  if (errno == EPIPE) throw OutputClosed{};
  throw Error(ErrorCode::environment,
              fmt::format("The answer could not be written: {}.", std::strerror(errno)));
}

bool output_is_read() {
  pollfd output{.fd = STDOUT_FILENO, .events = 0, .revents = 0};
  return poll(&output, 1, 0) < 1 || (output.revents & POLLERR) == 0;
}

void write_message(std::string_view sentence) {
  const std::string line = fmt::format("convtune: {}\n", sentence);
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace convtune
