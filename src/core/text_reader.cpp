#include "text_reader.hpp"

#include <charconv>

namespace convtune {

std::int64_t TextReader::number() {
  if (!at_digit()) fail("a number");
  std::int64_t value = 0;
  const char* const begin = text_.data() + position_;
  const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
  if (error != std::errc()) fail("a number below 2^63");
  position_ += static_cast<std::size_t>(end - begin);
  return value;
}

}  // namespace convtune
