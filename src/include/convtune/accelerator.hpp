#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <convtune/device.hpp>
#include <convtune/implementation.hpp>

namespace convtune {

/// A copy of a tensor of rows x columns planes of `taps` elements, in the memory of a device, with
/// rows and columns exchanged, or the elements of each plane in the opposite order, or both. The
/// two do not overlap.
struct PlaneCopy {
  const void* from = nullptr;
  void* to = nullptr;
  std::int64_t rows = 0, columns = 0, taps = 0;  ///< of what is read
  std::size_t element_bytes = 0;                 ///< 2, 4 or 8
  bool swapped = false;                          ///< plane (row, column) becomes (column, row)
  bool flipped = false;
};

/// A device with memory of its own and a queue of its own, opened by one thread, which alone uses
/// it. Throws Error(environment) with the driver's words where it fails.
class Accelerator {
 public:
  virtual ~Accelerator() = default;

  /// The calling thread works on this device from now on, whatever it runs there itself.
  virtual void enter() = 0;

  /// Of the device's memory, aligned to 256 bytes, contents undefined. Throws std::bad_alloc when
  /// it cannot be had.
  virtual void* allocate(std::size_t bytes) = 0;
  virtual void release(void* memory) noexcept = 0;

  /// Free memory of the device, which others may take meanwhile.
  virtual std::size_t available_bytes() = 0;

  /// Copies between the program's memory and the device's; return when it is done.
  virtual void upload(const void* program, void* device, std::size_t bytes) = 0;
  virtual void download(const void* device, void* program, std::size_t bytes) = 0;

  /// Puts on `queue` (cudaStream_t) that memory of the device becomes zero.
  virtual void zero(void* device, std::size_t bytes, void* queue) = 0;

  /// Every byte becomes `value`; returns when it is done.
  virtual void fill(void* device, std::byte value, std::size_t bytes) = 0;

  /// Memory of the device.
  struct Region {
    const void* start = nullptr;
    std::size_t bytes = 0;
  };
  /// One number for each region, another one whenever any bit of it is: read where it lies. Only
  /// numbers of the same accelerator are comparable.
  virtual std::vector<std::uint64_t> checksums(std::span<const Region> regions) = 0;

  /// What calls took, by the device's own clock, from the start of the first to the end of the
  /// last.
  struct Elapsed {
    double seconds = 0;
    double megahertz = 0;  ///< of its processors meanwhile; 0: not known
    bool slowed = false;   ///< they were slower than usual, each time it was tried
  };

  /// Runs the plan so many times, one after the other, on buffers of the device's memory; the queue
  /// is the accelerator's own, whatever `buffers` says.
  virtual Elapsed run(Plan& plan, const Buffers& buffers, int calls) = 0;
  /// Runs it once, after everything was driven out of the device's caches.
  virtual Elapsed run_cold(Plan& plan, const Buffers& buffers) = 0;
};

/// The devices that a module reaches.
class Accelerators {
 public:
  virtual ~Accelerators() = default;

  /// Those that are here, "cuda:0" first; asked from the driver once. Never throws: where there are
  /// none, `why_none` says why.
  virtual std::vector<Device> devices() const = 0;
  virtual std::string why_none() const = 0;

  /// One of them, ready for work. Throws Error(environment).
  virtual std::unique_ptr<Accelerator> open(const Device& device) const = 0;

  /// Puts the copy on `queue` (cudaStream_t) of the device that the thread works on and does not
  /// wait for it. Throws Error(environment).
  virtual void copy(const PlaneCopy& copy, void* queue) const = 0;
};

}  // namespace convtune
