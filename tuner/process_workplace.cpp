// Candidates in worker processes, seen from the tuner.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <map>

#include <fmt/format.h>
#include <omp.h>

#include <convtune/tensor.hpp>
#include <tuner/buffer.hpp>
#include <tuner/isolation.hpp>

#include "station.hpp"

namespace convtune {
namespace {

// Beyond what calls are expected to take, for machines that are busy and predictions that are off.
constexpr double patience_factor = 100;
constexpr double slow_copy = 20e6;  // bytes a second that any conversion reaches
// Private memory of a plan: its own copies of the tensors in whatever formats, and code.
constexpr std::size_t tensors_allowance = 16;

bool waits_passively() {
  const char* const policy = std::getenv("OMP_WAIT_POLICY");
  return policy != nullptr && (*policy == 'p' || *policy == 'P');
}

class Floor;

class RemoteTrial final : public Trial {
 public:
  RemoteTrial(Floor& floor, Station& station, std::int64_t number, const ConvProblem& problem,
              const Candidate& candidate, const Device& device);
  ~RemoteTrial() override {
    if (!closed_) station_.plan_gone(worker_, number_);
  }

  std::string configuration() const override { return prepared_.configuration; }
  std::size_t workspace_bytes() const override {
    return static_cast<std::size_t>(prepared_.workspace_bytes);
  }
  Layouts layouts() const override { return prepared_.layouts; }
  std::size_t bytes(Role role) const override {
    return static_cast<std::size_t>(prepared_.bytes.at(static_cast<std::size_t>(role)));
  }
  bool reorders(Role role) const override {
    return prepared_.reorders.at(static_cast<std::size_t>(role));
  }
  void load(Role role, const void* plain, void* buffer) override;
  void unload(Role role, const void* buffer, void* plain) override;
  double built_seconds() const override { return built_seconds_; }
  bool apart() const override { return device_.kind != DeviceKind::cpu; }
  void upload(const Buffers& buffers) override { move(Request::Task::upload, buffers); }
  void poison(const Buffers& buffers) override { move(Request::Task::poison, buffers); }
  void download(const Buffers& buffers) override { move(Request::Task::download, buffers); }
  double run(const Buffers& buffers, int calls) override;
  double run_cold(const Buffers& buffers) override;
  double run_reorder(Role role, const Buffers& buffers) override;
  Pace pace() const override { return pace_; }
  void close() override;
  void expect(double call_seconds) override { call_seconds_ = call_seconds; }

 private:
  Answer ask(Request request, double patience_seconds);
  Answer ask_to_prepare(Request request, double patience_seconds);
  PreparedPlan prepare();
  bool as_the_problem(Role role) const;
  bool ready();
  void move(Request::Task task, const Buffers& buffers);
  double timed(Request request);
  Request request_for(Request::Task task, const Buffers& buffers) const;

  Floor& floor_;
  Station& station_;
  std::int64_t number_;
  ConvProblem problem_;
  Candidate candidate_;
  Device device_;
  std::string name_;
  int worker_ = 0;  ///< whose plan it is
  bool closed_ = false;
  double call_seconds_ = 0, built_seconds_ = 0;
  Pace pace_;
  PreparedPlan prepared_;
};

class Floor final : public Workplace {
 public:
  explicit Floor(WorkerSettings settings)
      : crew_{.settings = std::move(settings), .memory = {}, .stop = {}},
        passive_(waits_passively()) {}

  std::unique_ptr<Trial> prepare(const ConvProblem& problem, const Contender& contender,
                                 const Device& device) override {
    for (auto& [key, station] : stations_) station->tidy();
    std::unique_ptr<Station>& station = stations_[key_of(contender)];
    if (!station)
      station = std::make_unique<Station>(crew_, contender.candidate.worker_environment);
    return std::make_unique<RemoteTrial>(*this, *station, ++prepared_, problem, contender.candidate,
                                         device);
  }
  bool announce(const ConvProblem& problem, const Contender& contender,
                const Device& device) override {
    const auto found = stations_.find(key_of(contender));
    if (device.kind == DeviceKind::cpu || found == stations_.end()) return false;
    try {
      found->second->ask({.task = Request::Task::announce,
                          .problem = text(problem),
                          .candidate = contender.candidate,
                          .device = device},
                         text(contender.candidate), settings().patience_seconds);
    } catch (const TrialLost&) {
      // Whoever is next gets a new worker.
    } catch (const std::exception&) {
      // Preparing it tells.
    }
    return true;
  }
  Memory& memory() override { return crew_.memory; }
  void stop_when(std::function<bool()> stop) override { crew_.stop = std::move(stop); }

  const WorkerSettings& settings() const { return crew_.settings; }
  SharedPlace place_of(const void* data) const { return crew_.memory.place_of(data); }
  bool shares(const void* data) const { return crew_.memory.find(data).has_value(); }

  /// Room for one tensor in plain order.
  Buffer& staging(std::size_t bytes) {
    if (staging_.bytes() < bytes) {
      staging_ = Buffer(0, crew_.memory);
      staging_ = Buffer(bytes, crew_.memory);
    }
    return staging_;
  }

  /// Nobody works beside `station` from now on. Threads that wait for work may spin unless they are
  /// told not to: ours end, and those of other workers stand still.
  void clear_for(Station& station) {
    if (passive_) return;
    omp_pause_resource_all(omp_pause_soft);
    if (working_ != &station && working_ != nullptr) working_->hold();
    working_ = &station;
  }

 private:
  static std::string key_of(const Contender& contender) {
    std::string key(contender.implementation->backend());
    for (const std::string& setting : contender.candidate.worker_environment) key += '\n' + setting;
    return key;
  }

  Crew crew_;
  bool passive_;
  Buffer staging_{0, crew_.memory};
  std::map<std::string, std::unique_ptr<Station>> stations_;
  Station* working_ = nullptr;
  std::int64_t prepared_ = 0;
};

RemoteTrial::RemoteTrial(Floor& floor, Station& station, std::int64_t number,
                         const ConvProblem& problem, const Candidate& candidate,
                         const Device& device)
    : floor_(floor),
      station_(station),
      number_(number),
      problem_(problem),
      candidate_(candidate),
      device_(device),
      name_(text(candidate) + " of " + text(problem)),
      prepared_(prepare()) {}

Answer RemoteTrial::ask(Request request, double patience_seconds) {
  if (!apart()) floor_.clear_for(station_);
  request.plan = number_;
  return station_.ask(std::move(request), name_, patience_seconds);
}

// What a worker refuses is no failure of the candidate.
Answer RemoteTrial::ask_to_prepare(Request request, double patience_seconds) {
  try {
    return ask(std::move(request), patience_seconds);
  } catch (const Error& error) {
    if (!std::string_view(error.what()).starts_with(short_of_memory)) throw;
    throw TrialLost(Outcome::refused, error.what());
  }
}

PreparedPlan RemoteTrial::prepare() {
  std::size_t tensors = candidate_.workspace_bytes;
  for (const Role role : {Role::source, Role::filter, Role::destination})
    tensors += convtune::bytes(problem_, role);
  const std::size_t allowance = std::min(
      floor_.settings().allowance_bytes + tensors_allowance * tensors, device_.memory_bytes);
  const Answer answer =
      ask_to_prepare({.task = Request::Task::prepare,
                      .problem = text(problem_),
                      .candidate = candidate_,
                      .device = device_,
                      .allowance_bytes = static_cast<std::int64_t>(allowance)},
                     floor_.settings().patience_seconds + static_cast<double>(tensors) / slow_copy);
  if (!answer.prepared) throw TrialLost(Outcome::failed, "answered what nobody asked");
  worker_ = station_.worker();
  built_seconds_ = answer.seconds;
  return *answer.prepared;
}

// True when it had to be prepared again because its worker is a new one.
bool RemoteTrial::ready() {
  if (std::string fault = station_.late_fault(name_); !fault.empty())
    throw TrialLost(Outcome::failed, fault);
  if (worker_ == station_.worker()) return false;
  if (prepare() != prepared_)
    throw TrialLost(Outcome::failed, "is another plan when it is prepared in a new process");
  return true;
}

// Whether the plan holds the tensor as the problem does: then it is copied here, at no request.
bool RemoteTrial::as_the_problem(Role role) const {
  if (role == Role::filter && problem_->constant_weights) return false;
  const Layouts& layouts = prepared_.layouts;
  const bool last = layout_of(problem_, role) == Layout::channels_last;
  const std::string& layout = role == Role::source   ? layouts.source
                              : role == Role::filter ? layouts.filter
                                                     : layouts.destination;
  const char* const plain =
      role == Role::filter ? (last ? "krsc" : "kcrs") : (last ? "nhwc" : "nchw");
  return layout == plain && bytes(role) == convtune::bytes(problem_, role);
}

void RemoteTrial::load(Role role, const void* plain, void* buffer) {
  if (as_the_problem(role)) return from_plain(problem_, role, plain, buffer);
  ready();
  const std::size_t bytes = convtune::bytes(problem_, role);
  if (!floor_.shares(plain)) {
    void* const staging = floor_.staging(bytes).data();
    std::memcpy(staging, plain, bytes);
    plain = staging;
  }
  ask({.task = Request::Task::load,
       .role = role,
       .plain = floor_.place_of(plain),
       .buffer = floor_.place_of(buffer)},
      floor_.settings().patience_seconds + static_cast<double>(bytes) / slow_copy);
}

void RemoteTrial::unload(Role role, const void* buffer, void* plain) {
  if (as_the_problem(role)) return to_plain(problem_, role, buffer, plain);
  ready();
  const std::size_t bytes = convtune::bytes(problem_, role);
  void* const shared = floor_.shares(plain) ? plain : floor_.staging(bytes).data();
  ask({.task = Request::Task::unload,
       .role = role,
       .plain = floor_.place_of(shared),
       .buffer = floor_.place_of(buffer)},
      floor_.settings().patience_seconds + static_cast<double>(bytes) / slow_copy);
  if (shared != plain) std::memcpy(plain, shared, bytes);
}

// Where the worker's device has memory of its own.
void RemoteTrial::move(Request::Task task, const Buffers& buffers) {
  if (!apart()) return;
  ready();
  std::size_t all = workspace_bytes();
  for (const Role role : {Role::source, Role::filter, Role::destination}) all += bytes(role);
  ask(request_for(task, buffers),
      floor_.settings().patience_seconds + static_cast<double>(all) / slow_copy);
}

Request RemoteTrial::request_for(Request::Task task, const Buffers& buffers) const {
  Request request{.task = task};
  const auto seat = [&](Seat of, const void* data) {
    if (data) request.buffers.at(static_cast<std::size_t>(of)) = floor_.place_of(data);
  };
  seat(Seat::source, buffers.source);
  seat(Seat::filter, buffers.filter);
  seat(Seat::destination, buffers.destination);
  seat(Seat::bias, buffers.bias);
  seat(Seat::workspace, buffers.workspace);
  return request;
}

double RemoteTrial::timed(Request request) {
  const double patience =
      std::max(floor_.settings().patience_seconds, patience_factor * call_seconds_ * request.calls);
  const double start = steady_clock().now();
  const Answer answer = ask(std::move(request), patience);
  const double elapsed = steady_clock().now() - start;
  if (answer.seconds > elapsed)
    throw TrialLost(
        Outcome::failed,
        fmt::format("says that it took {:.3g} s, where {:.3g} s passed", answer.seconds, elapsed));
  pace_ = {.megahertz = answer.megahertz, .slowed = answer.slowed};
  return answer.seconds;
}

double RemoteTrial::run(const Buffers& buffers, int calls) {
  Request request = request_for(Request::Task::run, buffers);
  // A new plan's first call pays for more than the work.
  if (ready()) timed(request);
  request.calls = calls;
  return timed(std::move(request));
}

double RemoteTrial::run_cold(const Buffers& buffers) {
  if (ready()) timed(request_for(Request::Task::run, buffers));
  return timed(request_for(Request::Task::run_cold, buffers));
}

void RemoteTrial::close() {
  closed_ = true;
  try {
    station_.end_plan(worker_, number_, name_);
  } catch (const TrialLost& lost) {
    if (lost.outcome() == Outcome::refused) throw;
    throw TrialLost(lost.outcome(), fmt::format("when its plan was destroyed: {}", lost.what()));
  }
}

double RemoteTrial::run_reorder(Role role, const Buffers& buffers) {
  ready();
  Request request = request_for(Request::Task::reorder, buffers);
  request.role = role;
  return timed(std::move(request));
}

}  // namespace

std::unique_ptr<Workplace> process_workplace(WorkerSettings settings) {
  return std::make_unique<Floor>(std::move(settings));
}

}  // namespace convtune
