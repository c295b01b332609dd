#include "model/apart.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <new>

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <convtune/error.hpp>

namespace convtune {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t most_answer = std::size_t{1} << 30;
enum Exit { answered, out_of_memory, gave_up };

[[noreturn]] void no_copy() {
  throw Error(ErrorCode::environment,
              std::string("no process can be started for it: ") + std::strerror(errno));
}

/// A text that both processes see.
class SharedText {
 public:
  SharedText()
      : text_(mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
    if (text_ == MAP_FAILED) no_copy();
  }
  ~SharedText() { munmap(text_, size); }
  SharedText(const SharedText&) = delete;
  SharedText& operator=(const SharedText&) = delete;

  void set(std::string_view text) {
    *std::ranges::copy(text.substr(0, size - 1), letters()).out = '\0';
  }
  std::string value() const { return {letters(), strnlen(letters(), size)}; }

 private:
  char* letters() const { return static_cast<char*>(text_); }

  static constexpr std::size_t size = 501;
  void* text_;
};

class Pipe {
 public:
  Pipe() {
    if (pipe2(ends_.data(), O_CLOEXEC) != 0) no_copy();
  }
  ~Pipe() {
    close(ends_[0]);
    close_writing();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int reading() const { return ends_[0]; }
  int writing() const { return ends_[1]; }
  void close_writing() {
    if (ends_[1] >= 0) close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  std::array<int, 2> ends_{};
};

void limit(int resource, rlim_t soft) {
  rlimit both{};
  getrlimit(static_cast<__rlimit_resource>(resource), &both);
  both.rlim_cur = std::min(soft, both.rlim_max);
  setrlimit(static_cast<__rlimit_resource>(resource), &both);
}

/// Private memory that can be written to, in bytes: what RLIMIT_DATA counts.
std::size_t data_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t pages = 0, total = 0;
  for (int field = 0; field < 6 && file >> pages; ++field) total = pages;
  return total * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

void take_limits(const Allowance& allowance) {
  limit(RLIMIT_CORE, 1);  // not 0: a dump into a pipe ignores that
  limit(RLIMIT_CPU, static_cast<rlim_t>(allowance.computing.count()));
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  limit(RLIMIT_DATA, data_bytes() + allowance.memory_bytes);  // a sanitizer's own would count
#endif
}

/// Whatever handlers this process has for the signals of a crash, the copy just ends.
void end_by_signals() {
  sigset_t all;
  sigemptyset(&all);
  for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGXCPU, SIGPIPE}) {
    std::signal(number, SIG_DFL);
    sigaddset(&all, number);
  }
  pthread_sigmask(SIG_UNBLOCK, &all, nullptr);
}

void be_silent() {
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  dup2(nowhere, STDOUT_FILENO);
  dup2(nowhere, STDERR_FILENO);
}

bool send(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = write(file, bytes.data(), bytes.size());
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

/// An answer is its size and itself, so that a part of one is not taken for the whole.
[[noreturn]] void work_here(const std::function<std::string(const Tell&)>& work,
                            const Allowance& allowance, SharedText& told, int out) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  end_by_signals();
  be_silent();
  take_limits(allowance);
  Exit end = gave_up;
  try {
    const std::string answer = work([&told](std::string_view text) { told.set(text); });
    const std::size_t size = answer.size();
    if (send(out, {reinterpret_cast<const char*>(&size), sizeof size}) && send(out, answer))
      end = answered;
  } catch (const std::bad_alloc&) {
    end = out_of_memory;
  } catch (...) {
    end = gave_up;
  }
  _exit(end);
}

/// All bytes until the other side is closed; nullopt when that takes too long.
std::optional<std::string> received(int file, Clock::time_point until) {
  std::string bytes;
  std::array<char, 1 << 16> block{};
  while (bytes.size() <= most_answer) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    pollfd waiting = {.fd = file, .events = POLLIN, .revents = 0};
    const int ready = poll(&waiting, 1, static_cast<int>(std::max<decltype(left)>(left, 0)));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return std::nullopt;
    const ssize_t count = read(file, block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    bytes.append(block.data(), static_cast<std::size_t>(count));
  }
  return bytes;
}

std::optional<std::string> whole_answer(const std::string& bytes) {
  std::size_t size = 0;
  if (bytes.size() < sizeof size) return std::nullopt;
  std::copy_n(bytes.data(), sizeof size, reinterpret_cast<char*>(&size));
  if (bytes.size() - sizeof size != size) return std::nullopt;
  return bytes.substr(sizeof size);
}

std::string fault_of(int status) {
  if (!WIFSIGNALED(status))
    return WIFEXITED(status) && WEXITSTATUS(status) == out_of_memory ? "for lack of memory"
                                                                     : "without an answer";
  switch (const int number = WTERMSIG(status)) {
    case SIGFPE: return "in a division by zero";
    case SIGSEGV:
    case SIGBUS: return "in an access to memory that is not there";
    case SIGABRT: return "in an abort";
    case SIGXCPU: return "for lack of time";
    default: return "by signal " + std::to_string(number);
  }
}

}  // namespace

ApartEnding apart(const std::function<std::string(const Tell&)>& work, const Allowance& allowance) {
  SharedText told;
  Pipe pipe;
  const auto until = Clock::now() + allowance.waiting;
  const pid_t copy = fork();
  if (copy < 0) no_copy();
  if (copy == 0) work_here(work, allowance, told, pipe.writing());
  pipe.close_writing();

  const auto bytes = received(pipe.reading(), until);
  if (!bytes) kill(copy, SIGKILL);
  int status = 0;
  while (waitpid(copy, &status, 0) < 0 && errno == EINTR) {
  }
  ApartEnding ending{.answer = whole_answer(bytes.value_or("")), .fault = {}, .told = told.value()};
  if (!ending.answer) ending.fault = bytes ? fault_of(status) : "for lack of time";
  return ending;
}

}  // namespace convtune
