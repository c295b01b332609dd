#include "shared_memory.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <limits>
#include <new>
#include <stdexcept>
#include <string>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <convtune/error.hpp>
#include <tuner/workplace.hpp>

namespace convtune {
namespace {

constexpr std::size_t page = 4096;
constexpr std::size_t huge_page = std::size_t{2} << 20;
constexpr int collapse = 25;  // MADV_COLLAPSE, which the C library may be too old for
constexpr std::size_t guard = std::size_t{1} << 20;
constexpr std::size_t most_spare = std::size_t{256} << 20;

std::size_t rounded_up(std::size_t bytes, std::size_t to) {
  return (bytes + to - 1) / to * to;
}

// Whole pages, and few different lengths: a place that serves again costs the kernel nothing.
std::size_t usual_length(std::size_t bytes) {
  constexpr std::size_t lengths_to_double = 8;
  return rounded_up(bytes, std::max(page, std::bit_floor(bytes) / lengths_to_double));
}

// Where the heap gets huge pages without asking, this memory must have them too, or times on it
// would be others.
bool heap_is_huge() {
  static const bool always = [] {
    std::ifstream file("/sys/kernel/mm/transparent_hugepage/enabled");
    std::string words;
    return std::getline(file, words) && words.find("[always]") != std::string::npos;
  }();
  return always;
}

// Whether so much can be had at all. Asking the kernel for the pages would be asking for the end of
// some process or other.
bool is_there(std::size_t bytes) {
  constexpr std::size_t little = std::size_t{1} << 20;
  if (bytes <= little) return true;
  std::ifstream file("/proc/meminfo");
  std::size_t kibibytes = 0;
  for (std::string word; file >> word;)
    if (word == "MemAvailable:" && file >> kibibytes) break;
  constexpr std::size_t kept_free = 20;  // a twentieth
  const std::size_t available = kibibytes * 1024;
  return bytes <= available - available / kept_free;
}

// `length` bytes of `file` at an address that huge pages fit, with `margin` bytes on either side
// that cannot be touched. The start of all of it; nullptr if it cannot be had.
std::byte* map(int file, std::int64_t offset, std::size_t length, std::size_t margin) {
  const std::size_t alignment = length >= huge_page ? huge_page : page;
  const std::size_t all = length + 2 * margin + alignment;
  void* const reserved =
      mmap(nullptr, all, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (reserved == MAP_FAILED) return nullptr;
  auto* const first = static_cast<std::byte*>(reserved);
  const std::size_t lowest = reinterpret_cast<std::uintptr_t>(first) + margin;
  std::byte* const data = first + margin + (rounded_up(lowest, alignment) - lowest);
  std::byte* const start = data - margin;
  if (start > first) munmap(first, static_cast<std::size_t>(start - first));
  std::byte* const last = data + length + margin;
  if (last < first + all) munmap(last, static_cast<std::size_t>(first + all - last));
  if (mmap(data, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED | MAP_POPULATE, file,
           offset) == MAP_FAILED) {
    munmap(start, length + 2 * margin);
    return nullptr;
  }
  if (length >= huge_page && heap_is_huge()) madvise(data, length, collapse);
  return start;
}

int without_interrupts(auto call) {
  int result = 0;
  do {
    result = call();
  } while (result != 0 && errno == EINTR);
  return result;
}

}  // namespace

SharedMemory::SharedMemory() : file_(memfd_create("convtune", MFD_CLOEXEC | MFD_ALLOW_SEALING)) {
  // A worker that cut the file would take this process down.
  if (file_ < 0 || fcntl(file_, F_ADD_SEALS, F_SEAL_SHRINK) != 0)
    throw WorkplaceLost("Memory cannot be shared with worker processes on this system.");
}

SharedMemory::~SharedMemory() {
  for (const auto& [data, place] : places_)
    munmap(const_cast<std::byte*>(static_cast<const std::byte*>(data)) - shared_lead,
           static_cast<std::size_t>(place.length));
  close(file_);
}

Block SharedMemory::allocate(std::size_t bytes) {
  if (bytes > std::numeric_limits<std::size_t>::max() / 4) throw std::bad_alloc();
  const std::size_t length = usual_length(shared_lead + bytes + least_room);
  if (const auto spare = std::ranges::find(spare_, length, &Spare::length); spare != spare_.end()) {
    std::byte* const start = spare->start;
    spare_.erase(spare);
    spare_bytes_ -= length;
    return block(start, length, bytes);
  }
  if (!is_there(length)) throw std::bad_alloc();
  const std::int64_t offset = end_;
  const auto size = static_cast<std::int64_t>(length);
  // Having the pages now: later it would be a signal, not an exception.
  if (without_interrupts([&] { return ftruncate(file_, offset + size); }) != 0 ||
      without_interrupts([&] { return fallocate(file_, 0, offset, size); }) != 0)
    throw std::bad_alloc();
  end_ += static_cast<std::int64_t>(rounded_up(length, huge_page));
  std::byte* const start = map(file_, offset, length, 0);
  if (!start) {
    fallocate(file_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, size);
    throw std::bad_alloc();
  }
  places_[start + shared_lead] = {.offset = offset, .length = size};
  return block(start, length, bytes);
}

Block SharedMemory::block(std::byte* start, std::size_t length, std::size_t bytes) {
  return {
      .start = start, .before = shared_lead, .bytes = bytes, .after = length - shared_lead - bytes};
}

void SharedMemory::release(const Block& block) noexcept {
  const std::size_t length = block.before + block.bytes + block.after;
  if (length > most_spare) return give_back(block.start);
  try {
    spare_.push_back({.start = block.start, .length = length});
    spare_bytes_ += length;
  } catch (const std::bad_alloc&) {
    give_back(block.start);
  }
  while (spare_bytes_ > most_spare) {
    give_back(spare_.front().start);
    spare_bytes_ -= spare_.front().length;
    spare_.erase(spare_.begin());
  }
}

void SharedMemory::give_back(std::byte* start) noexcept {
  const auto found = places_.find(start + shared_lead);
  if (found == places_.end()) return;
  const SharedPlace place = found->second;
  places_.erase(found);
  munmap(start, static_cast<std::size_t>(place.length));
  without_interrupts([&] {
    return fallocate(file_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, place.offset, place.length);
  });
  released_.push_back(place.offset);
}

SharedPlace SharedMemory::place_of(const void* data) const {
  const std::optional<SharedPlace> place = find(data);
  if (!place) throw std::out_of_range("no memory that is shared");
  return *place;
}

std::optional<SharedPlace> SharedMemory::find(const void* data) const {
  const auto behind = places_.upper_bound(data);
  if (behind == places_.begin()) return std::nullopt;
  const auto& [start, whole] = *std::prev(behind);
  const std::ptrdiff_t inside =
      static_cast<const std::byte*>(data) - static_cast<const std::byte*>(start);
  if (inside >= whole.length - static_cast<std::int64_t>(shared_lead)) return std::nullopt;
  return SharedPlace{.offset = whole.offset, .length = whole.length, .inside = inside};
}

SharedView::~SharedView() {
  while (!mappings_.empty()) forget(mappings_.begin()->first);
}

std::byte* SharedView::at(const SharedPlace& place, Access access) {
  Mapping& mapping = mapping_of(place);
  std::byte* const first = mapping.start + guard;
  if (mapping.access != access) {
    const int allowed = access == Access::write ? PROT_READ | PROT_WRITE : PROT_READ;
    if (mprotect(first, mapping.length, allowed) != 0) throw std::bad_alloc();
    mapping.access = access;
  }
  return first + shared_lead + place.inside;
}

SharedView::Mapping& SharedView::mapping_of(const SharedPlace& place) {
  if (const auto found = mappings_.find(place.offset); found != mappings_.end()) {
    if (found->second.length == static_cast<std::size_t>(place.length)) return found->second;
    forget(place.offset);
  }
  struct stat file{};
  if (fstat(file_, &file) != 0 || place.offset > file.st_size - place.length)
    throw Error(ErrorCode::bad_input, "a place beyond the end of the shared memory");
  const auto length = static_cast<std::size_t>(place.length);
  std::byte* const start = map(file_, place.offset, length, guard);
  if (!start) throw std::bad_alloc();
  return mappings_[place.offset] = {.start = start, .length = length};
}

void SharedView::forget(std::int64_t offset) {
  const auto found = mappings_.find(offset);
  if (found == mappings_.end()) return;
  munmap(found->second.start, found->second.length + 2 * guard);
  mappings_.erase(found);
}

std::optional<std::ptrdiff_t> SharedView::outside(const void* address) const {
  const auto* const at = static_cast<const std::byte*>(address);
  for (const auto& [offset, mapping] : mappings_) {
    const std::byte* const data = mapping.start + guard;
    const std::byte* const end = data + mapping.length;
    if (at >= mapping.start && at < data) return at - data - std::ptrdiff_t{shared_lead};
    if (at >= end && at < end + guard) return at - end;
  }
  return std::nullopt;
}

}  // namespace convtune
