#pragma once

#include <cstdint>
#include <string_view>

#include "value.hpp"

namespace convtune::db {

/// A 64-bit hash of a sequence of values, the same on every platform: each value's type, length and
/// bytes through FNV-1a. Any single changed bit changes it.
class Digest {
 public:
  void add(const Value& value);
  std::uint64_t value() const { return state_; }

 private:
  void add_bytes(std::string_view bytes);
  void add_word(std::uint64_t word);
  std::uint64_t state_ = 0xcbf29ce484222325;
};

}  // namespace convtune::db
