#include "output.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <convtune/error.hpp>

namespace convtune {

namespace {

int answers = STDOUT_FILENO;

bool write_all(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(answers, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

void keep_output_from_libraries() {
  if (answers != STDOUT_FILENO) return;
  constexpr int above_the_usual = 10;
  const int copy = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, above_the_usual);
  if (copy < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0) return;
  answers = copy;
}

void give_output_back() {
  if (answers == STDOUT_FILENO) return;
  dup2(answers, STDOUT_FILENO);
  close(answers);
  answers = STDOUT_FILENO;
}

int output_descriptor() {
  return answers;
}

void write_output(std::string_view text) {
  if (write_all(text)) return;
  if (errno == EPIPE) throw OutputClosed{};
  throw Error(ErrorCode::environment,
              fmt::format("The answer could not be written: {}.", std::strerror(errno)));
}

bool output_is_read() {
  pollfd output{.fd = answers, .events = 0, .revents = 0};
  return poll(&output, 1, 0) < 1 || (output.revents & POLLERR) == 0;
}

std::string as_sentence(std::string text) {
  if (text.empty()) return text;
  const auto letter = [](char byte) { return byte >= 'a' && byte <= 'z'; };
  const std::size_t end = std::min(text.find_first_of(" ,"), text.size());
  // Names of files, options and candidates stay as they are.
  if (std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), letter))
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
  if (std::string_view(".!?").find(text.back()) == std::string_view::npos) text += '.';
  return text;
}

void write_message(std::string_view sentence) {
  const std::string line = fmt::format("convtune: {}\n", sentence);
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace convtune
