#include <cstdlib>
#include <limits>
#include <new>

#include <tuner/memory.hpp>

namespace convtune {
namespace {

constexpr std::size_t alignment = 64;

class OwnMemory final : public Memory {
 public:
  Block allocate(std::size_t bytes) override {
    constexpr std::size_t overhead = 2 * least_room + alignment;
    void* start = nullptr;
    if (bytes < std::numeric_limits<std::size_t>::max() / 2)
      start = std::aligned_alloc(alignment, (bytes + overhead) / alignment * alignment);
    if (!start) throw std::bad_alloc();
    return {.start = static_cast<std::byte*>(start),
            .before = least_room,
            .bytes = bytes,
            .after = least_room};
  }
  void release(const Block& block) noexcept override { std::free(block.start); }
};

}  // namespace

Memory& own_memory() {
  static OwnMemory memory;
  return memory;
}

}  // namespace convtune
