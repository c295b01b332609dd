#pragma once

#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <new>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <convtune/error.hpp>

#include "runtime.hpp"

namespace convtune::cuda {

/// Stands in for CUDA: queues that do nothing until they are waited for, memory of this process,
/// and time that passes as it is told. Writes down what it is asked, so that tests see the order.
/// It proves that order, and nothing about what a driver makes of it.
class RecordedRuntime final : public Runtime {
 public:
  ~RecordedRuntime() override {
    for (void* const each : memory) std::free(each);
  }

  /// Work that somebody puts on the queue; inside of a capture it becomes part of the graph.
  void work(const std::string& name, double seconds) {
    add(name, [this, seconds] { now += seconds; });
  }

  std::vector<Device> devices() override { return {}; }
  void use(int device) override { said.push_back("use " + std::to_string(device)); }
  void* allocate(std::size_t bytes) override {
    if (bytes > there_is) throw std::bad_alloc();
    return *memory.insert(std::calloc(1, bytes)).first;
  }
  void release(void* freed) noexcept override {
    memory.erase(freed);
    std::free(freed);
  }
  std::size_t free_bytes() override { return there_is; }
  void upload(const void* program, void* device, std::size_t bytes) override {
    std::memcpy(device, program, bytes);
  }
  void download(const void* device, void* program, std::size_t bytes) override {
    std::memcpy(program, device, bytes);
  }

  Queue make_queue() override { return made("queue"); }
  void release_queue(Queue queue) noexcept override { alive.erase(queue); }
  void wait(Queue) override {
    const auto pending = std::exchange(queued_, {});
    for (const auto& each : pending) each();
    said.emplace_back("wait");
  }
  void fill(void* start, std::byte value, std::size_t bytes, Queue) override {
    add("fill " + std::to_string(bytes),
        [start, value, bytes] { std::memset(start, std::to_integer<int>(value), bytes); });
  }
  /// Stands for a number that tells contents apart: a sum of the bytes, each weighed by its place.
  void checksum(const void* start, std::size_t bytes, std::uint64_t* where, Queue) override {
    add("checksum " + std::to_string(bytes), [start, bytes, where] {
      std::uint64_t sum = 0;
      for (std::size_t i = 0; i < bytes; ++i)
        sum += (2 * i + 1) *
               (1 + std::to_integer<std::uint64_t>(static_cast<const std::byte*>(start)[i]));
      *where = sum;
    });
  }
  void read_timers(void* where, Queue) override {
    add("timers", [this, where] {
      constexpr double nanoseconds = 1e9, per_megahertz = 1e6;
      const Timers read{.nanoseconds = static_cast<std::uint64_t>(now * nanoseconds),
                        .cycles = static_cast<std::uint64_t>(now * megahertz * per_megahertz),
                        .multiprocessor = multiprocessor};
      if (alternating) multiprocessor = 1 - multiprocessor;
      std::memcpy(where, &read, sizeof read);
      now += 2e-6;
    });
  }

  Event make_event() override { return made("event"); }
  void release_event(Event event) noexcept override { alive.erase(event); }
  void record(Event event, Queue) override {
    add("record", [this, event] { recorded_[event] = now; });
  }
  double seconds_between(Event start, Event end) override {
    return recorded_.at(end) - recorded_.at(start);
  }

  void begin_capture(Queue) override {
    said.emplace_back("capture");
    capturing_ = true;
    captured_.clear();
  }
  Graph end_capture(Queue) override {
    capturing_ = false;
    said.emplace_back("captured");
    if (!can_capture) return nullptr;
    Graph const graph = made("graph");
    graphs_[graph] = captured_;
    return graph;
  }
  void prepare(Graph, Queue) override { said.emplace_back("prepare"); }
  void launch(Graph graph, Queue) override {
    said.emplace_back("launch");
    queued_.insert(queued_.end(), graphs_.at(graph).begin(), graphs_.at(graph).end());
  }
  void release_graph(Graph graph) noexcept override {
    alive.erase(graph);
    graphs_.erase(graph);
  }

  std::vector<std::string> said;
  std::set<void*> memory, alive;
  std::size_t there_is = std::size_t{1} << 30;
  bool can_capture = true, alternating = false;
  double now = 1, megahertz = 1980;
  std::uint64_t multiprocessor = 0;

 private:
  void add(const std::string& name, std::function<void()> what) {
    said.push_back(name);
    (capturing_ ? captured_ : queued_).push_back(std::move(what));
  }
  void* made(const std::string&) {
    handles_.push_back(std::make_unique<int>());
    return *alive.insert(handles_.back().get()).first;
  }

  std::vector<std::unique_ptr<int>> handles_;
  std::vector<std::function<void()>> queued_, captured_;
  std::map<Graph, std::vector<std::function<void()>>> graphs_;
  std::map<Event, double> recorded_;
  bool capturing_ = false;
};

}  // namespace convtune::cuda
