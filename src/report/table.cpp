#include <algorithm>
#include <numeric>

#include <report/table.hpp>

namespace convtune {
namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t least_width = 8;  ///< of a column that shrinks

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

std::string shortened(std::string_view text, std::size_t width) {
  if (text.size() <= width) return std::string(text);
  if (width <= 2) return std::string(width, '.');
  // The end tells candidates of one family apart better than the beginning does.
  const std::size_t kept = width - 2;
  const std::size_t head = kept * 2 / 5;
  return std::string(text.substr(0, head))
      .append("..")
      .append(text.substr(text.size() - (kept - head)));
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
  std::string line;
  std::string pending;  // blanks that are written only if something follows
  for (std::size_t c = 0; c < columns_.size() && c < row.size(); ++c) {
    const bool cut = paper.width > 0 && columns_[c].shrinks;
    const std::string text = cut ? shortened(row[c].text, widths[c]) : row[c].text;
    const std::string blanks(widths[c] > text.size() ? widths[c] - text.size() : 0, ' ');
    if (columns_[c].right) pending += blanks;
    if (!text.empty()) {
      line += pending + toned(text, row[c].tone, paper);
      pending.clear();
    }
    if (!columns_[c].right) pending += blanks;
    pending.append(gap, ' ');
  }
  return line + "\n";
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
