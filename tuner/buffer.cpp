#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <span>

#include <tuner/buffer.hpp>

namespace convtune {
namespace {

constexpr std::size_t alignment = 64;
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

Buffer::Buffer(std::size_t bytes) : bytes_(bytes) {
  constexpr std::size_t overhead = 2 * red_zone_bytes + alignment;
  void* start = nullptr;
  if (bytes < std::numeric_limits<std::size_t>::max() / 2)
    start = std::aligned_alloc(alignment, (bytes + overhead) / alignment * alignment);
  if (!start) throw std::bad_alloc();
  start_.reset(static_cast<std::byte*>(start));
  std::fill_n(start_.get(), red_zone_bytes, guard);
  std::fill_n(start_.get() + red_zone_bytes + bytes, red_zone_bytes, guard);
}

void Buffer::Free::operator()(std::byte* start) const {
  std::free(start);
}

void Buffer::poison() {
  auto* const bytes = static_cast<std::byte*>(data());
#pragma omp parallel for schedule(static) if (bytes_ > chunk)
  for (std::size_t i = 0; i < chunks(bytes_); ++i)
    std::memset(bytes + i * chunk, 0xFF, std::min(chunk, bytes_ - i * chunk));
}

std::string_view Buffer::damage() const {
  if (!is_whole({start_.get(), red_zone_bytes})) return "before";
  if (!is_whole({start_.get() + red_zone_bytes + bytes_, red_zone_bytes})) return "after";
  return {};
}

std::uint64_t Buffer::checksum() const {
  return convtune::checksum(data(), bytes_);
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
