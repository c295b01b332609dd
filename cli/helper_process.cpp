#include "helper_process.hpp"

#include <array>
#include <csignal>

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace convtune {
namespace {

constexpr int answer_seconds = 20;  // whoever takes longer hangs

class HelperProcess final : public Helper {
 public:
  HelperProcess(pid_t process, int socket) : process_(process), socket_(socket) {}
  ~HelperProcess() override {
    close(socket_);
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }
  HelperProcess(const HelperProcess&) = delete;
  HelperProcess& operator=(const HelperProcess&) = delete;

  std::optional<std::string> ask(const std::string& question) override {
    const std::string line = question + "\n";
    if (send(socket_, line.data(), line.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(line.size()))
      return std::nullopt;
    std::string answer;
    for (char letter = 0; recv(socket_, &letter, 1, 0) == 1;) {
      if (letter == '\n') return answer;
      answer += letter;
    }
    return std::nullopt;
  }

 private:
  pid_t process_;
  int socket_;
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

std::vector<std::string> environment_with(const std::vector<std::string>& settings) {
  std::vector<std::string> environment;
  for (const std::string& setting : settings)
    if (!setting.ends_with('=')) environment.push_back(setting);
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::string name = text.substr(0, text.find('=') + 1);
    bool replaced = false;
    for (const std::string& setting : settings) replaced |= setting.starts_with(name);
    if (!replaced) environment.push_back(text);
  }
  return environment;
}

}  // namespace

std::unique_ptr<Helper> start_this_program(const std::vector<std::string>& arguments,
                                           const std::vector<std::string>& settings) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return nullptr;
  const auto [ours, theirs] = ends;
  const timeval limit{.tv_sec = answer_seconds, .tv_usec = 0};
  setsockopt(ours, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, theirs, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, theirs, STDOUT_FILENO);
  // What a core type that does not fit says before it dies is of no use to anybody.
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);

  std::vector<std::string> words = {"convtune"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> environment = environment_with(settings);
  pid_t process = 0;
  const int failed = posix_spawn(&process, "/proc/self/exe", &files, nullptr,
                                 pointers(words).data(), pointers(environment).data());
  posix_spawn_file_actions_destroy(&files);
  close(theirs);
  if (failed != 0) {
    close(ours);
    return nullptr;
  }
  return std::make_unique<HelperProcess>(process, ours);
}

}  // namespace convtune
