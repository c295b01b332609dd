#include "digest.hpp"

#include <bit>

namespace convtune::db {

void Digest::add(const Value& value) {
  add_word(value.index());
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    add_word(static_cast<std::uint64_t>(*integer));
  } else if (const auto* number = std::get_if<double>(&value)) {
    add_word(std::bit_cast<std::uint64_t>(*number));
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    add_bytes(*text);
  } else if (const auto* blob = std::get_if<Blob>(&value)) {
    add_bytes(blob->bytes);
  }
}

void Digest::add_bytes(std::string_view bytes) {
  add_word(bytes.size());
  for (const char byte : bytes)
    state_ = (state_ ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
}

void Digest::add_word(std::uint64_t word) {
  for (int shift = 0; shift < 64; shift += 8)
    state_ = (state_ ^ (word >> shift & 0xff)) * 0x100000001b3;
}

}  // namespace convtune::db
