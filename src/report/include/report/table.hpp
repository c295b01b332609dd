#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace convtune {

/// What is written on: a terminal of some width, or a pipe (width 0: endless).
struct Paper {
  int width = 0;
  bool colour = false;
};

/// How a piece of text is meant; shown only with colour.
enum class Tone { plain, strong, faint, good, bad };

/// `text` in its tone.
std::string toned(std::string_view text, Tone tone, const Paper& paper);

/// In lines of at most `width` characters, broken where names have their parts if that goes.
std::vector<std::string> broken_into(std::string_view text, std::size_t width);

struct Cell {
  std::string text;
  Tone tone = Tone::plain;
  Cell(std::string content = {}, Tone meant = Tone::plain)  // NOLINT: a cell is its text
      : text(std::move(content)), tone(meant) {}
  Cell(const char* content) : text(content) {}  // NOLINT: a cell is its text
};
using Row = std::vector<Cell>;

struct Column {
  std::string title;
  bool right = false;     ///< numbers stand at the right
  bool shrinks = false;   ///< goes over several lines when the paper is too narrow
  std::size_t width = 0;  ///< at least; for tables whose rows are not all known yet
};

/// An aligned table: columns two spaces apart, a title line, no trailing blanks. Either all rows
/// are added first and str() renders them, or columns get their width beforehand and each line is
/// rendered when it is known.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  void add(Row row);
  bool empty() const { return rows_.empty(); }

  /// Title line and all rows, each with a line end.
  std::string str(const Paper& paper) const;

  std::string title_line(const Paper& paper) const;
  /// One row, not kept. On a terminal, cells that do not fit go over several lines.
  std::string line(const Row& row, const Paper& paper) const;

 private:
  std::vector<std::size_t> widths(const Paper& paper) const;
  std::string render(const Row& row, const std::vector<std::size_t>& widths,
                     const Paper& paper) const;

  std::vector<Column> columns_;
  std::vector<Row> rows_;
};

}  // namespace convtune
