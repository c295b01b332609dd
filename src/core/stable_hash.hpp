#pragma once

#include <cstdint>
#include <string_view>

namespace convtune {

/// 64-bit FNV-1a, then a mixer so that every input bit reaches every output bit. Stored in
/// databases: its values never change.
class StableHash {
 public:
  void add(std::string_view bytes) {
    for (const char byte : bytes) {
      state_ ^= static_cast<unsigned char>(byte);
      state_ *= 0x100000001b3u;
    }
  }

  std::uint64_t value() const {
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 33)) * 0xff51afd7ed558ccdu;
    mixed = (mixed ^ (mixed >> 33)) * 0xc4ceb9fe1a85ec53u;
    return mixed ^ (mixed >> 33);
  }

 private:
  std::uint64_t state_ = 0xcbf29ce484222325u;
};

}  // namespace convtune
