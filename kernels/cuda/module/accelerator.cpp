#include "accelerator.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <exception>

#include <convtune/error.hpp>

#include "handles.hpp"
#include "usual_clock.hpp"

namespace convtune::cuda {
namespace {

constexpr int repeats = 3;  // of a run in which the clock had dropped

int number_of(const Device& device) {
  const std::string prefix = "cuda:";
  int number = -1;
  if (device.id.starts_with(prefix))
    std::from_chars(device.id.data() + prefix.size(), device.id.data() + device.id.size(), number);
  if (number < 0) throw Error(ErrorCode::environment, device.id + " is not a GPU that is here.");
  return number;
}

// 0 where the two were not read on the same multiprocessor: their clocks have nothing in common.
double megahertz(const Timers& before, const Timers& after) {
  constexpr double per_nanosecond = 1e3;
  if (before.multiprocessor != after.multiprocessor || after.nanoseconds <= before.nanoseconds)
    return 0;
  return per_nanosecond * static_cast<double>(after.cycles - before.cycles) /
         static_cast<double>(after.nanoseconds - before.nanoseconds);
}

class Gpu final : public Accelerator {
 public:
  Gpu(const Device& device, Runtime& runtime)
      : runtime_(runtime), number_(number_of(device)), sweep_bytes_(2 * device.l2_bytes) {
    enter();
    queue_ = {runtime_, runtime_.make_queue()};
    start_ = {runtime_, runtime_.make_event()};
    end_ = {runtime_, runtime_.make_event()};
    timers_ = {runtime_, runtime_.allocate(2 * sizeof(Timers))};
  }

  void enter() override { runtime_.use(number_); }
  void* allocate(std::size_t bytes) override { return runtime_.allocate(bytes); }
  void release(void* memory) noexcept override { runtime_.release(memory); }
  std::size_t available_bytes() override { return runtime_.free_bytes(); }
  void upload(const void* program, void* device, std::size_t bytes) override {
    runtime_.upload(program, device, bytes);
  }
  void download(const void* device, void* program, std::size_t bytes) override {
    runtime_.download(device, program, bytes);
  }

  void zero(void* device, std::size_t bytes, void* queue) override {
    runtime_.fill(device, std::byte{0}, bytes, queue);
  }
  void fill(void* device, std::byte value, std::size_t bytes) override {
    runtime_.fill(device, value, bytes, queue_.get());
    runtime_.wait(queue_.get());
  }

  std::vector<std::uint64_t> checksums(std::span<const Region> regions) override {
    std::vector<std::uint64_t> sums(regions.size());
    if (sums.size() > sums_held_) {
      sums_ = {};
      sums_ = {runtime_, runtime_.allocate(sums.size() * sizeof(std::uint64_t))};
      sums_held_ = sums.size();
    }
    auto* const there = static_cast<std::uint64_t*>(sums_.get());
    for (std::size_t i = 0; i < sums.size(); ++i)
      runtime_.checksum(regions[i].start, regions[i].bytes, there + i, queue_.get());
    runtime_.wait(queue_.get());
    if (!sums.empty()) runtime_.download(there, sums.data(), sums.size() * sizeof(std::uint64_t));
    return sums;
  }

  Elapsed run(Plan& plan, const Buffers& buffers, int calls) override {
    return timed(plan, buffers, calls, false);
  }
  Elapsed run_cold(Plan& plan, const Buffers& buffers) override {
    if (!sweep_) sweep_ = {runtime_, runtime_.allocate(sweep_bytes_)};
    return timed(plan, buffers, 1, true);
  }

 private:
  Elapsed timed(Plan& plan, Buffers buffers, int calls, bool cold) {
    buffers.stream = queue_.get();
    const auto sequence = [&] {
      if (cold) runtime_.fill(sweep_.get(), std::byte{0}, sweep_bytes_, queue_.get());
      runtime_.read_timers(timers(0), queue_.get());
      runtime_.record(start_.get(), queue_.get());
      for (int call = 0; call < calls; ++call) plan.run(buffers);
      runtime_.record(end_.get(), queue_.get());
      runtime_.read_timers(timers(1), queue_.get());
    };
    const OwnedGraph graph = captured(sequence);
    for (int attempt = 0;; ++attempt) {
      if (graph)
        runtime_.launch(graph.get(), queue_.get());
      else
        sequence();
      runtime_.wait(queue_.get());
      Elapsed elapsed{.seconds = runtime_.seconds_between(start_.get(), end_.get()),
                      .megahertz = clock()};
      elapsed.slowed = !usual_.accepts(elapsed.megahertz);
      if (!elapsed.slowed || attempt == repeats) return elapsed;
    }
  }

  // Nothing where the plan cannot be part of a graph; what else is wrong with it shows then.
  template <class Sequence>
  OwnedGraph captured(const Sequence& sequence) {
    runtime_.begin_capture(queue_.get());
    bool whole = true;
    try {
      sequence();
    } catch (const std::exception&) {
      whole = false;
    }
    OwnedGraph graph(runtime_, runtime_.end_capture(queue_.get()));
    if (!whole) return {};
    if (graph) runtime_.prepare(graph.get(), queue_.get());
    return graph;
  }

  Timers* timers(int index) const { return static_cast<Timers*>(timers_.get()) + index; }
  double clock() {
    std::array<Timers, 2> read{};
    runtime_.download(timers_.get(), read.data(), sizeof read);
    return megahertz(read[0], read[1]);
  }

  Runtime& runtime_;
  int number_;
  std::size_t sweep_bytes_;
  OwnedQueue queue_;
  OwnedEvent start_, end_;
  OwnedMemory timers_, sweep_, sums_;
  std::size_t sums_held_ = 0;
  UsualClock usual_;
};

}  // namespace

std::unique_ptr<Accelerator> make_accelerator(const Device& device, Runtime& runtime) {
  return std::make_unique<Gpu>(device, runtime);
}

}  // namespace convtune::cuda
