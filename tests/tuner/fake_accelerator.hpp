#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <map>
#include <new>
#include <stdexcept>
#include <string_view>

#include <convtune/accelerator.hpp>
#include <tuner/clock.hpp>

namespace convtune::fake {

/// A device whose memory is this process's, though nobody else may know: plans that are run on
/// anything but what it allocated fail. Proves who copies what and when; nothing about a GPU.
class FakeAccelerator : public Accelerator {
 public:
  explicit FakeAccelerator(std::size_t memory_bytes = std::size_t{1} << 30,
                           const Clock& clock = steady_clock())
      : memory_bytes_(memory_bytes), clock_(clock) {}
  ~FakeAccelerator() override {
    for (const auto& [start, size] : blocks_) std::free(start);
  }

  void enter() override { ++entered; }
  void* allocate(std::size_t bytes) override {
    if (bytes > available_bytes()) throw std::bad_alloc();
    constexpr std::size_t alignment = 256;
    void* const memory = std::aligned_alloc(alignment, (bytes + alignment) / alignment * alignment);
    if (!memory) throw std::bad_alloc();
    std::memset(memory, 0x77, bytes);
    ++allocations;
    blocks_[static_cast<std::byte*>(memory)] = bytes;
    return memory;
  }
  void release(void* memory) noexcept override {
    blocks_.erase(static_cast<std::byte*>(memory));
    std::free(memory);
  }
  std::size_t available_bytes() override {
    std::size_t held = 0;
    for (const auto& [start, size] : blocks_) held += size;
    return memory_bytes_ - held;
  }
  void upload(const void* program, void* device, std::size_t bytes) override {
    require(device, bytes);
    std::memcpy(device, program, bytes);
    ++uploads;
    uploaded_bytes += bytes;
  }
  void download(const void* device, void* program, std::size_t bytes) override {
    require(device, bytes);
    std::memcpy(program, device, bytes);
    ++downloads;
  }
  void zero(void* device, std::size_t bytes, void*) override {
    require(device, bytes);
    std::memset(device, 0, bytes);
  }

  void fill(void* device, std::byte value, std::size_t bytes) override {
    require(device, bytes);
    std::memset(device, std::to_integer<int>(value), bytes);
  }
  std::vector<std::uint64_t> checksums(std::span<const Region> regions) override {
    std::vector<std::uint64_t> sums;
    for (const Region& each : regions) {
      require(each.start, each.bytes);
      sums.push_back(
          std::hash<std::string_view>()({static_cast<const char*>(each.start), each.bytes}));
    }
    return sums;
  }

  Elapsed run(Plan& plan, const Buffers& buffers, int calls) override {
    for (const void* each :
         {static_cast<const void*>(buffers.source), static_cast<const void*>(buffers.filter),
          static_cast<const void*>(buffers.destination), buffers.bias})
      if (each) require(each, 1);
    if (buffers.workspace) require(buffers.workspace, 1);
    const double start = clock_.now();
    for (int call = 0; call < calls; ++call) plan.run(buffers);
    return {.seconds = clock_.now() - start,
            .megahertz = megahertz,
            .slowed = megahertz > 0 && megahertz < usual_megahertz};
  }
  Elapsed run_cold(Plan& plan, const Buffers& buffers) override {
    ++cold_runs;
    return run(plan, buffers, 1);
  }

  std::size_t blocks() const { return blocks_.size(); }
  std::size_t uploaded_bytes = 0;
  double megahertz = 0, usual_megahertz = 0;
  int entered = 0, allocations = 0, uploads = 0, downloads = 0, cold_runs = 0;

 private:
  void require(const void* device, std::size_t bytes) const {
    const auto* const at = static_cast<const std::byte*>(device);
    auto after = blocks_.upper_bound(const_cast<std::byte*>(at));
    if (after == blocks_.begin()) throw std::logic_error("not memory of the device");
    const auto& [start, size] = *std::prev(after);
    if (at + bytes > start + size) throw std::logic_error("not memory of the device");
  }

  std::size_t memory_bytes_;
  const Clock& clock_;
  std::map<std::byte*, std::size_t> blocks_;
};

}  // namespace convtune::fake
