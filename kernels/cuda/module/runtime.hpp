#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <convtune/device.hpp>

namespace convtune::cuda {

/// What a multiprocessor's timers showed: %globaltimer in nanoseconds, its clock, its number.
struct Timers {
  std::uint64_t nanoseconds = 0, cycles = 0, multiprocessor = 0;
};

/// The calls of CUDA's run time that devices and accelerators are made of; handles are CUDA's own.
/// An interface, so that tests can stand in for a GPU. Functions throw Error(environment) with
/// CUDA's words.
class Runtime {
 public:
  using Queue = void*;  ///< cudaStream_t
  using Event = void*;  ///< cudaEvent_t
  using Graph = void*;  ///< cudaGraphExec_t

  virtual ~Runtime() = default;

  /// Every GPU that the driver shows, "cuda:0" first.
  virtual std::vector<Device> devices() = 0;
  /// The calling thread works on that one from now on.
  virtual void use(int device) = 0;

  /// Throws std::bad_alloc when there is not that much.
  virtual void* allocate(std::size_t bytes) = 0;
  virtual void release(void* memory) noexcept = 0;
  virtual std::size_t free_bytes() = 0;
  /// Copy and wait until it is done.
  virtual void upload(const void* program, void* device, std::size_t bytes) = 0;
  virtual void download(const void* device, void* program, std::size_t bytes) = 0;

  virtual Queue make_queue() = 0;
  virtual void release_queue(Queue queue) noexcept = 0;
  virtual void wait(Queue queue) = 0;
  virtual void fill(void* memory, std::byte value, std::size_t bytes, Queue queue) = 0;
  /// Writes the checksum of memory of the device (checksum.hpp) to the device's memory at `where`.
  virtual void checksum(const void* memory, std::size_t bytes, std::uint64_t* where,
                        Queue queue) = 0;
  /// Writes Timers to the device's memory at `where`.
  virtual void read_timers(void* where, Queue queue) = 0;

  virtual Event make_event() = 0;
  virtual void release_event(Event event) noexcept = 0;
  virtual void record(Event event, Queue queue) = 0;
  virtual double seconds_between(Event start, Event end) = 0;

  /// Between the two, what is put on the queue is not run but becomes a graph; nullptr where
  /// something cannot be part of one. Inside, `record` becomes a part of the graph.
  virtual void begin_capture(Queue queue) = 0;
  virtual Graph end_capture(Queue queue) = 0;
  /// Ready to start at once.
  virtual void prepare(Graph graph, Queue queue) = 0;
  virtual void launch(Graph graph, Queue queue) = 0;
  virtual void release_graph(Graph graph) noexcept = 0;
};

/// CUDA itself.
Runtime& runtime();

}  // namespace convtune::cuda
