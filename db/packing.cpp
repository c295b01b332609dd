#include "packing.hpp"

#include <bit>
#include <cmath>
#include <limits>

namespace convtune::db {
namespace {

constexpr std::uint64_t in_nanoseconds = 1, in_doubles = 2;

void put(std::string& bytes, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
  bytes += static_cast<char>(value);
}

// Small numbers of either sign get short: 0 -1 1 -2 2 become 0 1 2 3 4.
void put_signed(std::string& bytes, std::int64_t value) {
  put(bytes, static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63));
}

class Reader {
 public:
  explicit Reader(const std::string& bytes) : bytes_(bytes) {}

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const std::uint64_t byte = next();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw BadRow("packed samples hold a number without end");
  }

  std::int64_t signed_number() {
    const std::uint64_t value = number();
    return static_cast<std::int64_t>(value >> 1 ^ (~(value & 1) + 1));
  }

  double real() {
    std::uint64_t bits = 0;
    for (int shift = 0; shift < 64; shift += 8) bits |= next() << shift;
    return std::bit_cast<double>(bits);
  }

  std::size_t left() const { return bytes_.size() - at_; }

 private:
  std::uint64_t next() {
    if (at_ == bytes_.size()) throw BadRow("packed samples end too early");
    return static_cast<unsigned char>(bytes_[at_++]);
  }

  const std::string& bytes_;
  std::size_t at_ = 0;
};

double seconds_of(std::int64_t nanoseconds) {
  return static_cast<double>(nanoseconds) / 1e9;
}

bool whole_nanoseconds(double seconds) {
  return std::abs(seconds) < 1e6 && seconds_of(std::llround(seconds * 1e9)) == seconds &&
         !(seconds == 0 && std::signbit(seconds));
}

}  // namespace

Blob pack(const std::vector<Sample>& samples) {
  bool whole = true;
  for (const Sample& sample : samples) whole = whole && whole_nanoseconds(sample.seconds);

  Blob packed;
  put(packed.bytes, whole ? in_nanoseconds : in_doubles);
  put(packed.bytes, samples.size());
  std::int64_t round = 0, time = 0;
  for (const Sample& sample : samples) {
    put_signed(packed.bytes, sample.round - round);
    round = sample.round;
    if (whole) {
      const std::int64_t nanoseconds = std::llround(sample.seconds * 1e9);
      put_signed(packed.bytes, nanoseconds - time);
      time = nanoseconds;
    } else {
      const auto bits = std::bit_cast<std::uint64_t>(sample.seconds);
      for (int shift = 0; shift < 64; shift += 8) packed.bytes += static_cast<char>(bits >> shift);
    }
  }
  return packed;
}

std::vector<Sample> unpack(const Blob& packed) {
  Reader reader(packed.bytes);
  const std::uint64_t format = reader.number();
  if (format != in_nanoseconds && format != in_doubles)
    throw BadRow("packed samples are in an unknown format");
  const std::uint64_t count = reader.number();
  // Each takes two bytes at least; so a damaged count cannot ask for all memory.
  if (count > reader.left() / 2) throw BadRow("packed samples end too early");

  std::vector<Sample> samples(count);
  std::uint64_t round = 0, time = 0;  // unsigned: damaged deltas may wrap
  for (Sample& sample : samples) {
    round += static_cast<std::uint64_t>(reader.signed_number());
    const auto signed_round = static_cast<std::int64_t>(round);
    if (signed_round < std::numeric_limits<int>::min() ||
        signed_round > std::numeric_limits<int>::max())
      throw BadRow("packed samples hold an impossible round");
    sample.round = static_cast<int>(signed_round);
    if (format == in_doubles) {
      sample.seconds = reader.real();
    } else {
      time += static_cast<std::uint64_t>(reader.signed_number());
      sample.seconds = seconds_of(static_cast<std::int64_t>(time));
    }
    if (!std::isfinite(sample.seconds) || sample.seconds < 0)
      throw BadRow("packed samples hold an impossible time");
  }
  if (reader.left() != 0) throw BadRow("packed samples go on too long");
  // Numbers longer than they need be, or doubles where nanoseconds would do, are damage too.
  if (pack(samples).bytes != packed.bytes) throw BadRow("packed samples are packed differently");
  return samples;
}

}  // namespace convtune::db
