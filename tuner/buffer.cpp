#include <algorithm>
#include <cstring>
#include <span>

#include <tuner/buffer.hpp>

namespace convtune {
namespace {

constexpr std::byte guard{0xA5};
constexpr std::size_t chunk = std::size_t{1} << 20;  // a thread's portion of a pass over memory

std::size_t chunks(std::size_t bytes) {
  return (bytes + chunk - 1) / chunk;
}

// A share of the sum that is another one when any single bit of the word is. Half words are
// multiplied as in NH (Black, Halevi, Krawczyk, Krovetz, Rogaway: UMAC, 1999), which vectors can
// do.
std::uint64_t share(std::uint64_t word, std::uint64_t key) {
  const std::uint64_t mixed = word ^ key;
  return mixed + (mixed & 0xFFFFFFFFU) * (mixed >> 32);
}

bool is_whole(std::span<const std::byte> zone) {
  return zone.empty() ||
         (zone.front() == guard && std::memcmp(zone.data(), zone.data() + 1, zone.size() - 1) == 0);
}

}  // namespace

Buffer::Buffer(std::size_t bytes, Memory& memory)
    : memory_(&memory), block_(memory.allocate(bytes)) {
  std::fill_n(block_.start, block_.before, guard);
  std::fill_n(block_.start + block_.before + block_.bytes, block_.after, guard);
}

Buffer::~Buffer() {
  if (block_.start) memory_->release(block_);
}

void Buffer::poison() {
  auto* const bytes = static_cast<std::byte*>(data());
#pragma omp parallel for schedule(static) if (block_.bytes > chunk)
  for (std::size_t i = 0; i < chunks(block_.bytes); ++i)
    std::memset(bytes + i * chunk, 0xFF, std::min(chunk, block_.bytes - i * chunk));
}

std::string_view Buffer::damage() const {
  if (!is_whole({block_.start, block_.before})) return "before";
  if (!is_whole({block_.start + block_.before + block_.bytes, block_.after})) return "after";
  return {};
}

std::uint64_t Buffer::checksum() const {
  return convtune::checksum(data(), block_.bytes);
}

std::uint64_t checksum(const void* data, std::size_t bytes) {
  const auto* const start = static_cast<const std::byte*>(data);
  constexpr std::uint64_t step = 0x9E3779B97F4A7C15U;
  constexpr std::size_t word_bytes = sizeof(std::uint64_t);
  std::uint64_t sum = bytes * step;
#pragma omp parallel for schedule(static) reduction(+ : sum) if (bytes > chunk)
  for (std::size_t i = 0; i < chunks(bytes); ++i) {
    const std::size_t begin = i * chunk, length = std::min(bytes - begin, chunk);
    std::uint64_t key = begin * step, part = 0, word = 0;
    for (std::size_t at = 0; at < length / word_bytes; ++at, key += step) {
      std::memcpy(&word, start + begin + at * word_bytes, word_bytes);
      part += share(word, key);
    }
    if (const std::size_t rest = length % word_bytes; rest > 0) {
      word = 0;
      std::memcpy(&word, start + begin + length - rest, rest);
      part += share(word, key);
    }
    sum += part;
  }
  return sum;
}

}  // namespace convtune
