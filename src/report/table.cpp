#include <algorithm>
#include <numeric>

#include <report/table.hpp>

namespace convtune {
namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t least_width = 16;  ///< of a column that shrinks

std::string_view escape(Tone tone) {
  switch (tone) {
    case Tone::strong: return "\x1b[1m";
    case Tone::faint: return "\x1b[2m";
    case Tone::good: return "\x1b[32m";
    case Tone::bad: return "\x1b[31m";
    case Tone::plain: break;
  }
  return {};
}

}  // namespace

std::string toned(std::string_view text, Tone tone, const Paper& paper) {
  const std::string_view start = escape(tone);
  if (!paper.colour || start.empty() || text.empty()) return std::string(text);
  return std::string(start).append(text).append("\x1b[0m");
}

std::vector<std::string> broken_into(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  while (text.size() > width) {
    // Behind the last sign that parts a name, unless that leaves too little on the line.
    const std::size_t sign = text.substr(0, width).find_last_of(" /:_,+");
    const std::size_t end = sign == text.npos || sign + 1 < width / 2 ? width : sign + 1;
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  lines.emplace_back(text);
  return lines;
}

void Table::add(Row row) {
  row.resize(columns_.size());
  rows_.push_back(std::move(row));
}

std::vector<std::size_t> Table::widths(const Paper& paper) const {
  std::vector<std::size_t> widths;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    std::size_t width = std::max(columns_[c].width, columns_[c].title.size());
    for (const Row& row : rows_) width = std::max(width, row[c].text.size());
    widths.push_back(width);
  }
  if (paper.width <= 0) return widths;
  std::size_t total = std::accumulate(widths.begin(), widths.end(), gap * (widths.size() - 1));
  while (total > static_cast<std::size_t>(paper.width)) {
    std::size_t widest = columns_.size();
    for (std::size_t c = 0; c < columns_.size(); ++c)
      if (columns_[c].shrinks && widths[c] > least_width &&
          (widest == columns_.size() || widths[c] > widths[widest]))
        widest = c;
    if (widest == columns_.size()) break;
    --widths[widest];
    --total;
  }
  return widths;
}

std::string Table::render(const Row& row, const std::vector<std::size_t>& widths,
                          const Paper& paper) const {
  std::vector<std::vector<std::string>> cells;
  std::size_t lines = 1;
  for (std::size_t c = 0; c < columns_.size() && c < row.size(); ++c) {
    const bool fits = paper.width <= 0 || !columns_[c].shrinks;
    cells.push_back(fits ? std::vector{row[c].text} : broken_into(row[c].text, widths[c]));
    lines = std::max(lines, cells.back().size());
  }
  std::string text;
  for (std::size_t line = 0; line < lines; ++line) {
    std::string pending;  // blanks that are written only if something follows
    for (std::size_t c = 0; c < cells.size(); ++c) {
      const std::string cell = line < cells[c].size() ? cells[c][line] : std::string{};
      const std::string blanks(widths[c] > cell.size() ? widths[c] - cell.size() : 0, ' ');
      if (columns_[c].right) pending += blanks;
      if (!cell.empty()) {
        text += pending + toned(cell, row[c].tone, paper);
        pending.clear();
      }
      if (!columns_[c].right) pending += blanks;
      pending.append(gap, ' ');
    }
    text += "\n";
  }
  return text;
}

std::string Table::title_line(const Paper& paper) const {
  Row titles;
  for (const Column& column : columns_) titles.emplace_back(column.title, Tone::strong);
  return render(titles, widths(paper), paper);
}

std::string Table::line(const Row& row, const Paper& paper) const {
  return render(row, widths(paper), paper);
}

std::string Table::str(const Paper& paper) const {
  const std::vector<std::size_t> all = widths(paper);
  std::string text = title_line(paper);
  for (const Row& row : rows_) text += render(row, all, paper);
  return text;
}

}  // namespace convtune
