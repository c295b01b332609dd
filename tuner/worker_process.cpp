#include "worker_process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tuner/isolation.hpp>

extern char** environ;

namespace convtune {
namespace {

constexpr int above_the_usual = 10;
constexpr int moment_ms = 200;  // a process that closed its channel is about to end, or never will

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

std::vector<std::string> environment_with(const std::vector<std::string>& settings) {
  std::vector<std::string> environment = settings;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::string name = text.substr(0, text.find('=') + 1);
    bool replaced = false;
    for (const std::string& setting : settings) replaced |= setting.starts_with(name);
    if (!replaced) environment.push_back(text);
  }
  return environment;
}

// The ends of a new channel, none of them where a worker expects its own.
std::array<int, 2> channel() {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return {-1, -1};
  for (int& end : ends) {
    const int low = end;
    end = fcntl(low, F_DUPFD_CLOEXEC, above_the_usual);
    close(low);
  }
  return ends;
}

class Actions {
 public:
  Actions(int channel, int memory) {
    posix_spawn_file_actions_init(&files_);
    posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    // What libraries print is no answer.
    posix_spawn_file_actions_adddup2(&files_, STDERR_FILENO, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files_, channel, worker_channel);
    posix_spawn_file_actions_adddup2(&files_, memory, worker_memory);
    // In a process group of its own: a terminal's Ctrl-C is for us to heed.
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP);
    posix_spawnattr_setpgroup(&attributes_, 0);
  }
  ~Actions() {
    posix_spawn_file_actions_destroy(&files_);
    posix_spawnattr_destroy(&attributes_);
  }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;

  posix_spawn_file_actions_t files_{};
  posix_spawnattr_t attributes_{};
};

}  // namespace

WorkerProcess::WorkerProcess(const std::vector<std::string>& command,
                             const std::vector<std::string>& settings, int shared_memory)
    : channel_(-1), lines_(-1) {
  const auto [ours, theirs] = channel();
  const int memory = fcntl(shared_memory, F_DUPFD_CLOEXEC, above_the_usual);
  int failed = ours < 0 || theirs < 0 || memory < 0 ? EMFILE : 0;
  if (failed == 0) {
    const Actions actions(theirs, memory);
    std::vector<std::string> words = command;
    std::vector<std::string> environment = environment_with(settings);
    failed = posix_spawn(&process_, words.front().c_str(), &actions.files_, &actions.attributes_,
                         pointers(words).data(), pointers(environment).data());
  }
  for (const int descriptor : {theirs, memory})
    if (descriptor >= 0) close(descriptor);
  if (failed != 0) {
    if (ours >= 0) close(ours);
    throw WorkplaceLost(fmt::format("The worker process {} cannot be started: {}.", command.front(),
                                    std::strerror(failed)));
  }
  channel_ = ours;
  lines_ = LineReader(ours);
}

WorkerProcess::~WorkerProcess() {
  if (process_ > 0) {
    kill(process_, SIGKILL);
    while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  close(channel_);
}

void WorkerProcess::hold() {
  if (!held_ && process_ > 0) kill(process_, SIGSTOP);
  held_ = true;
}

void WorkerProcess::go_on() {
  if (held_ && process_ > 0) kill(process_, SIGCONT);
  held_ = false;
}

std::optional<Ending> WorkerProcess::end() {
  int status = 0;
  pid_t ended = 0;
  for (int waited = 0; process_ > 0 && waited < moment_ms; ++waited) {
    ended = waitpid(process_, &status, WNOHANG);
    if (ended != 0) break;
    poll(nullptr, 0, 1);
  }
  if (ended != process_ || ended <= 0) {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }
  process_ = 0;
  if (ended <= 0) return std::nullopt;
  if (WIFSIGNALED(status)) return Ending{.killed = true, .code = WTERMSIG(status)};
  return Ending{.killed = false, .code = WEXITSTATUS(status)};
}

std::string description(const Ending& ending) {
  if (!ending.killed) return fmt::format("exit status {}", ending.code);
  const char* const name = sigabbrev_np(ending.code);
  const char* const words = sigdescr_np(ending.code);
  return fmt::format("SIG{} ({})", name ? name : "?", words ? words : "unknown signal");
}

}  // namespace convtune
