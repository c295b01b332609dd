#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace convtune {

struct Word {
  std::string_view text;
  std::size_t column;  ///< counts from 1
};

/// Splits at blanks outside of double quotes; a word that begins with '#' ends the line.
std::vector<Word> words(std::string_view line);

}  // namespace convtune
