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

std::uint64_t mixed(std::uint64_t word) {
  word = (word ^ (word >> 32)) * 0xD6E8FEB86659FD93U;
  return word ^ (word >> 29);
}

bool is_whole(std::span<const std::byte> zone) {
  return std::ranges::all_of(zone, [](std::byte each) { return each == guard; });
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
  std::uint64_t sum = mixed(bytes);
#pragma omp parallel for schedule(static) reduction(+ : sum) if (bytes > chunk)
  for (std::size_t i = 0; i < chunks(bytes); ++i) {
    const std::size_t end = std::min(bytes, (i + 1) * chunk);
    for (std::size_t at = i * chunk; at < end; at += sizeof(std::uint64_t)) {
      std::uint64_t word = 0;
      std::memcpy(&word, start + at, std::min(sizeof word, end - at));
      sum += mixed(word + at * 0x9E3779B97F4A7C15U);
    }
  }
  return sum;
}

}  // namespace convtune
