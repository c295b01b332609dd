#include <algorithm>

#include <report/facts.hpp>

namespace convtune {

std::string wrapped(const std::string& text, std::size_t width, std::size_t indent) {
  if (width == 0 || width <= indent) return text;
  std::string result;
  std::size_t column = 0;  // where the next word would start, counted from the left edge
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::size_t length = end - at;
    if (column > 0 && indent + column + 1 + length > width) {
      result.append("\n").append(indent, ' ');
      column = 0;
    } else if (column > 0) {
      result += ' ';
      ++column;
    }
    result.append(text, at, length);
    column += length;
    at = end + 1;
  }
  return result;
}

void Facts::add(std::string name, std::string value) {
  if (!value.empty()) facts_.emplace_back(std::move(name), std::move(value));
}

std::string Facts::str(const Paper& paper) const {
  std::size_t longest = 0;
  for (const auto& [name, value] : facts_) longest = std::max(longest, name.size());
  const std::size_t indent = longest + 4;
  std::string text;
  for (const auto& [name, value] : facts_) {
    text.append("  ").append(toned(name, Tone::faint, paper));
    text.append(indent - 2 - name.size(), ' ');
    text.append(wrapped(value, static_cast<std::size_t>(std::max(paper.width, 0)), indent));
    text.append("\n");
  }
  return text;
}

}  // namespace convtune
