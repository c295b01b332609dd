#include "output.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fmt/format.h>

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

void write_message(std::string_view sentence) {
  const std::string line = fmt::format("convtune: {}\n", sentence);
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace convtune
