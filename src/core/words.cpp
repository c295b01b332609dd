#include "words.hpp"

namespace convtune {

std::vector<Word> words(std::string_view line) {
  constexpr std::string_view blanks = " \t\r\f\v";
  std::vector<Word> found;
  for (std::size_t at = 0; (at = line.find_first_not_of(blanks, at)) < line.size();) {
    if (line[at] == '#') break;
    const std::size_t start = at;
    for (bool quoted = false; at < line.size(); ++at) {
      if (line[at] == '"') quoted = !quoted;
      if (!quoted && blanks.find(line[at]) != std::string_view::npos) break;
    }
    found.push_back({line.substr(start, at - start), start + 1});
  }
  return found;
}

}  // namespace convtune
