// The side of a worker process: makes plans and runs them on shared memory, as it is told.
#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>
#include <new>
#include <thread>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <convtune/error.hpp>
#include <tuner/isolation.hpp>

#include "line_reader.hpp"
#include "protocol.hpp"
#include "shared_memory.hpp"
#include "trials.hpp"

namespace convtune {
namespace {

constexpr std::chrono::seconds beat_interval{1};
constexpr double next_request_seconds = 100e-6;  // after an answer, within which most requests come

void dump_no_core() {
  // 1, not 0: a dump into a pipe ignores 0.
  rlimit limit{};
  getrlimit(RLIMIT_CORE, &limit);
  limit.rlim_cur = std::min<rlim_t>(1, limit.rlim_max);
  setrlimit(RLIMIT_CORE, &limit);
}

// Private memory that can be written to, in bytes: what RLIMIT_DATA counts.
std::size_t data_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t pages = 0, total = 0;
  for (int field = 0; field < 6 && file >> pages; ++field) total = pages;
  return total * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

void allow_memory(std::size_t allowance) {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  rlimit limit{};
  getrlimit(RLIMIT_DATA, &limit);
  limit.rlim_cur = std::min<rlim_t>(data_bytes() + allowance, limit.rlim_max);
  setrlimit(RLIMIT_DATA, &limit);
#else
  (void)allowance;  // a sanitizer's own memory counts as well
#endif
}

// Tells that the process lives while a request is worked on. It wakes once a second whatever
// happens, so that nothing has to wake it beside what is timed.
class Heartbeat {
 public:
  explicit Heartbeat(std::mutex& writing) : thread_([this, &writing] { beat(writing); }) {}
  ~Heartbeat() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;

  std::atomic<bool> busy{false};

 private:
  void beat(std::mutex& writing) {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, beat_interval, [this] { return over_; })) {
      if (!busy) continue;
      const std::lock_guard one_at_a_time(writing);
      write_line(worker_channel, line(Answer{.kind = Answer::Kind::beat}));
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  bool over_ = false;
  std::thread thread_;
};

class Worker {
 public:
  Worker(const std::function<const Implementation*(std::string_view)>& find, OpenAccelerator open)
      : find_(find), maker_(steady_clock(), std::move(open)) {}

  Answer answer(const Request& request) {
    Answer answer{.kind = Answer::Kind::done, .id = request.id};
    try {
      for (const std::int64_t plan : request.plans_gone) trials_.erase(plan);
      for (const std::int64_t place : request.places_gone) view_.forget(place);
      work(request, answer);
    } catch (const std::bad_alloc&) {
      answer.kind = Answer::Kind::no_memory;
    } catch (const std::exception& error) {
      constexpr std::size_t enough = 2000;
      answer.kind = Answer::Kind::failed;
      answer.reason = std::string(error.what()).substr(0, enough);
    }
    spent_ = answer.kind != Answer::Kind::done && maker_.device_is_lost();
    return answer;
  }

  const SharedView& view() const { return view_; }
  /// Whoever is asked next would pay for what somebody did to the device.
  bool spent() const { return spent_; }

 private:
  void work(const Request& request, Answer& answer) {
    using Task = Request::Task;
    switch (request.task) {
      case Task::prepare: prepare(request, answer); break;
      case Task::announce: announce(request); break;
      case Task::load:
        trial(request).load(request.role, view_.at(request.plain, SharedView::Access::read),
                            view_.at(request.buffer));
        break;
      case Task::unload:
        trial(request).unload(request.role, view_.at(request.buffer), view_.at(request.plain));
        break;
      case Task::upload: trial(request).upload(buffers(request)); break;
      case Task::poison: trial(request).poison(buffers(request)); break;
      case Task::download: trial(request).download(buffers(request)); break;
      case Task::run:
        answer.seconds = trial(request).run(buffers(request), request.calls);
        tell_pace(trial(request), answer);
        break;
      case Task::run_cold:
        answer.seconds = trial(request).run_cold(buffers(request));
        tell_pace(trial(request), answer);
        break;
      case Task::reorder:
        answer.seconds = trial(request).run_reorder(request.role, buffers(request));
        break;
      case Task::tidy: break;
    }
  }

  static void tell_pace(const Trial& trial, Answer& answer) {
    const Trial::Pace pace = trial.pace();
    answer.megahertz = pace.megahertz;
    answer.slowed = pace.slowed;
  }

  const Implementation& implementation(const Request& request) const {
    if (const Implementation* const found = find_(request.candidate.implementation)) return *found;
    throw Error(ErrorCode::environment, "the worker process does not have this implementation");
  }

  void announce(const Request& request) {
    maker_.announce(implementation(request), parse_problem(request.problem), request.candidate,
                    request.device);
  }

  void prepare(const Request& request, Answer& answer) {
    const Implementation& chosen = implementation(request);
    const ConvProblem problem = parse_problem(request.problem);
    // What a GPU's driver and libraries take of this process's memory is not the candidate's doing.
    if (request.device.kind == DeviceKind::cpu)
      allow_memory(static_cast<std::size_t>(request.allowance_bytes));
    auto trial = maker_.prepare(chosen, problem, request.candidate, request.device);
    PreparedPlan prepared{.configuration = trial->configuration(),
                          .workspace_bytes = static_cast<std::int64_t>(trial->workspace_bytes()),
                          .layouts = trial->layouts()};
    for (const Role role : {Role::source, Role::filter, Role::destination}) {
      prepared.bytes[static_cast<std::size_t>(role)] =
          static_cast<std::int64_t>(trial->bytes(role));
      prepared.reorders[static_cast<std::size_t>(role)] = trial->reorders(role);
    }
    answer.seconds = trial->built_seconds();
    answer.prepared = std::move(prepared);
    trials_[request.plan] = std::move(trial);
  }

  Trial& trial(const Request& request) {
    const auto found = trials_.find(request.plan);
    if (found == trials_.end())
      throw Error(ErrorCode::bad_input, "the worker process was not given this plan");
    return *found->second;
  }

  Buffers buffers(const Request& request) {
    const auto at = [&](Seat seat) -> void* {
      const auto& place = request.buffers[static_cast<std::size_t>(seat)];
      return place ? view_.at(*place) : nullptr;
    };
    return {.source = at(Seat::source),
            .filter = at(Seat::filter),
            .destination = at(Seat::destination),
            .bias = at(Seat::bias),
            .workspace = at(Seat::workspace)};
  }

  const std::function<const Implementation*(std::string_view)>& find_;
  SharedView view_{worker_memory};
  Trials maker_;
  bool spent_ = false;
  std::map<std::int64_t, std::unique_ptr<Trial>> trials_;
};

const SharedView* watched = nullptr;

// Says which guard was hit before the process ends of it.
void report_guard(int, siginfo_t* info, void*) {
  const auto outside = watched ? watched->outside(info->si_addr) : std::nullopt;
  signal(SIGSEGV, SIG_DFL);
  if (!outside) return;  // the same again, and this time it ends the process
  char text[64] = "{\"is\":\"guard\",\"outside\":";
  char* end = text + std::char_traits<char>::length(text);
  end = std::to_chars(end, text + sizeof text - 2, static_cast<long>(*outside)).ptr;
  *end++ = '}';
  *end++ = '\n';
  send(worker_channel, text, static_cast<std::size_t>(end - text), MSG_NOSIGNAL);
}

void watch_guards(const SharedView& view) {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  watched = &view;
  static char stack[1 << 14];  // the usual one may be what overflowed
  const stack_t aside{.ss_sp = stack, .ss_flags = 0, .ss_size = sizeof stack};
  sigaltstack(&aside, nullptr);
  struct sigaction action{};
  action.sa_sigaction = report_guard;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigaction(SIGSEGV, &action, nullptr);
#else
  (void)view;
#endif
}

}  // namespace

bool serve_candidates(const std::function<const Implementation*(std::string_view)>& find,
                      OpenAccelerator open) {
  if (fcntl(worker_channel, F_GETFD) < 0 || fcntl(worker_memory, F_GETFD) < 0) return false;
  // Whoever has gone before this took hold has closed the channel.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  fcntl(worker_channel, F_SETFD, FD_CLOEXEC);
  fcntl(worker_memory, F_SETFD, FD_CLOEXEC);
  for (const int stop : {SIGINT, SIGTERM, SIGHUP}) signal(stop, SIG_DFL);
  dump_no_core();

  Worker worker(find, std::move(open));
  watch_guards(worker.view());
  std::mutex writing;
  Heartbeat heart(writing);
  const auto tell = [&](const Answer& answer) {
    const std::lock_guard lock(writing);
    return write_line(worker_channel, line(answer));
  };
  if (!tell({.kind = Answer::Kind::hello, .version = protocol_version})) return false;
  LineReader lines(worker_channel);
  std::string text;
  while (true) {
    const LineReader::Got got = lines.next(text, -1);
    if (got == LineReader::Got::nothing) continue;
    if (got != LineReader::Got::line) break;
    heart.busy = true;
    Answer answer{.kind = Answer::Kind::failed};
    try {
      answer = worker.answer(parse_request(text));
    } catch (const Error& error) {
      answer.reason = error.what();
    }
    heart.busy = false;
    if (!tell(answer) || worker.spent()) break;
    lines.stay_awake(next_request_seconds);
  }
  watched = nullptr;
  return true;
}

}  // namespace convtune
