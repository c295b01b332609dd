#include "station.hpp"

#include <algorithm>
#include <csignal>
#include <new>
#include <utility>

#include <fmt/format.h>

#include <tuner/clock.hpp>

namespace convtune {
namespace {

constexpr double slice_seconds = 0.5;
constexpr double hello_seconds = 30;
constexpr std::size_t shown = 60;

std::string excerpt(const std::string& text) {
  std::string printable;
  for (const char letter : text.substr(0, shown))
    printable += letter >= ' ' && letter <= '~' ? letter : '?';
  return text.size() > shown ? printable + "..." : printable;
}

// Time that really passed for the worker: when the whole machine stood still, so did it.
class Patience {
 public:
  explicit Patience(double seconds) : left_(seconds), last_(steady_clock().now()) {}
  double left() const { return left_; }
  double slice() const { return std::clamp(left_, 1e-3, slice_seconds); }
  void pass() {
    const double now = steady_clock().now();
    left_ -= std::min(now - last_, 2 * slice_seconds);
    last_ = now;
  }
  void renew(double seconds) { left_ = seconds; }

 private:
  double left_, last_;
};

}  // namespace

int Station::worker() {
  if (!process_) start();
  return started_;
}

void Station::start() {
  process_ =
      std::make_unique<WorkerProcess>(crew_.settings.command, settings_, crew_.memory.descriptor());
  ++started_;
  released_ = crew_.memory.released().size();
  plans_gone_.clear();
  const auto refuse = [&](const std::string& why) {
    process_.reset();
    throw WorkplaceLost(
        fmt::format("The worker process {} {}.", crew_.settings.command.front(), why));
  };
  std::string text;
  Patience patience(hello_seconds);
  while (true) {
    const LineReader::Got got = process_->lines().next(text, patience.slice());
    patience.pass();
    if (got == LineReader::Got::line) break;
    if (got != LineReader::Got::nothing) refuse("ended before it could be asked anything");
    if (patience.left() <= 0) refuse("did not say that it is there");
  }
  try {
    const Answer hello = parse_answer(text);
    if (hello.kind == Answer::Kind::hello && hello.version == protocol_version) return;
  } catch (const Error&) {
    // Said below.
  }
  refuse("is not of this version");
}

void Station::plan_gone(int worker, std::int64_t plan) {
  if (process_ && worker == started_) plans_gone_.push_back(plan);
}

void Station::hold() {
  if (process_) process_->hold();
}

void Station::tidy() {
  if (!process_ || plans_gone_.empty()) return;
  try {
    ask({.task = Request::Task::tidy}, "", crew_.settings.patience_seconds);
  } catch (const TrialLost&) {
    // Nobody's plan: whoever comes next gets a new worker.
  } catch (const Error&) {
  }
}

void Station::end_plan(int worker, std::int64_t plan, const std::string& who) {
  tidy();
  if (!process_ || worker != started_) return;
  plans_gone_.push_back(plan);
  ask({.task = Request::Task::tidy}, who, crew_.settings.patience_seconds);
}

Answer Station::ask(Request request, const std::string& who, double patience_seconds) {
  if (process_) look_for_late_words();
  worker();
  process_->go_on();
  last_ = who;
  request.id = ++asked_;
  request.plans_gone = std::exchange(plans_gone_, {});
  const auto& released = crew_.memory.released();
  request.places_gone.assign(released.begin() + static_cast<std::ptrdiff_t>(released_),
                             released.end());
  released_ = released.size();
  if (!process_->send(line(request))) lose_ended("");
  Answer answer = receive(request.id, patience_seconds);
  if (answer.kind == Answer::Kind::no_memory) throw std::bad_alloc();
  if (answer.kind == Answer::Kind::failed) throw Error(ErrorCode::environment, answer.reason);
  return answer;
}

Answer Station::receive(std::int64_t id, double patience_seconds) {
  Patience patience(patience_seconds), silence(crew_.settings.silence_seconds);
  bool stopping = false;
  std::string text, ahead;
  while (true) {
    const LineReader::Got got =
        process_->lines().next(text, std::min(patience.slice(), silence.slice()));
    patience.pass();
    silence.pass();
    if (got == LineReader::Got::end) {
      if (!text.empty())
        lose(Outcome::failed, fmt::format("wrote half a line to the tuner: \"{}\"", excerpt(text)));
      lose_ended(ahead);
    }
    if (got == LineReader::Got::too_long)
      lose(Outcome::failed, "wrote an endless line to the tuner");
    if (got == LineReader::Got::line) {
      Answer answer;
      try {
        answer = parse_answer(text);
      } catch (const Error& error) {
        lose(Outcome::failed,
             fmt::format("wrote \"{}\" to the tuner: {}", excerpt(text), error.what()));
      }
      if (answer.kind >= Answer::Kind::done) {
        if (answer.id != id) lose(Outcome::failed, "answered what nobody asked");
        return answer;
      }
      if (answer.kind == Answer::Kind::hello) lose(Outcome::failed, "answered what nobody asked");
      if (answer.kind == Answer::Kind::guard)
        ahead = fmt::format("touched memory {} bytes {} a buffer: ",
                            std::abs(answer.outside) + (answer.outside >= 0),
                            answer.outside < 0 ? "ahead of" : "behind");
      silence.renew(crew_.settings.silence_seconds);
    }
    if (patience.left() <= 0)
      lose(Outcome::timed_out, stopping
                                   ? std::string(out_of_patience)
                                   : fmt::format("did not end within {:.3g} s", patience_seconds));
    if (silence.left() <= 0)
      lose(Outcome::timed_out, fmt::format("its process gave no sign of life for {:.3g} s",
                                           crew_.settings.silence_seconds));
    if (!stopping && crew_.stop && crew_.stop()) {
      stopping = true;
      patience.renew(std::min(patience.left(), crew_.settings.grace_seconds));
    }
  }
}

void Station::lose(Outcome outcome, const std::string& reason) {
  process_.reset();
  throw TrialLost(reason == out_of_patience ? Outcome::refused : outcome, reason);
}

void Station::lose_ended(const std::string& ahead) {
  const std::optional<Ending> ending = process_->end();
  if (!ending) lose(Outcome::failed, "closed the channel to the tuner");
  if (!ending->killed)
    lose(Outcome::failed, fmt::format("ended its process with {}", description(*ending)));
  const char* const hint = ending->code == SIGKILL ? ", perhaps for want of memory" : "";
  lose(Outcome::crashed, fmt::format("{}{}{}", ahead, description(*ending), hint));
}

// Since its last answer it should have been silent. A worker that was killed meanwhile is nobody's
// fault; anything else is of whoever ran last.
void Station::look_for_late_words() {
  std::string text, what;
  const LineReader::Got got = process_->lines().next(text, 0);
  if (got == LineReader::Got::nothing && !process_->lines().holds_part()) return;
  if (got == LineReader::Got::line) try {
      if (parse_answer(text).kind == Answer::Kind::beat) return look_for_late_words();
    } catch (const Error&) {
      // Not an answer at all.
    }
  if (got == LineReader::Got::end && text.empty()) {
    const std::optional<Ending> ending = process_->end();
    if (!ending)
      what = "closed the channel to the tuner after its call";
    else if (!ending->killed || ending->code != SIGKILL)
      what = fmt::format("ended its process after its call: {}", description(*ending));
  } else {
    what = fmt::format("wrote \"{}\" to the tuner after its call", excerpt(text));
  }
  process_.reset();
  if (!what.empty()) {
    late_who_ = last_;
    late_what_ = what;
  }
}

std::string Station::late_fault(const std::string& who) {
  if (process_) look_for_late_words();
  if (who != late_who_ || late_what_.empty()) return {};
  late_who_.clear();
  return std::exchange(late_what_, {});
}

}  // namespace convtune
