// Tuples of Baidu's DeepBench: "{700, 161, 1, 4, 32, 20, 5, 0, 0, 2, 2}," or rows of a table.
#include "deepbench.hpp"

#include <algorithm>

#include "text_reader.hpp"
#include "words.hpp"

namespace convtune {
namespace {

enum { w, h, c, n, k, filter_w, filter_h, pad_w, pad_h, stride_w, stride_h };

/// The names of each number in headings, by the order above.
constexpr std::array<std::string_view, 3> names[DeepBenchColumns::count] = {
    {"w", "", ""},
    {"h", "", ""},
    {"c", "", ""},
    {"n", "", ""},
    {"k", "", ""},
    {"filter_w", "f_w", "s"},
    {"filter_h", "f_h", "r"},
    {"pad_w", "", ""},
    {"pad_h", "", ""},
    {"stride_w", "wstride", "s_w"},
    {"stride_h", "hstride", "s_h"}};

/// Fields between commas, or between blanks where there is no comma, without the blanks around.
std::vector<Word> fields(std::string_view line) {
  if (line.find_first_of(",;") == std::string_view::npos) return words(line);
  std::vector<Word> found;
  for (std::size_t start = 0; start <= line.size();) {
    const std::size_t end = std::min(line.find_first_of(",;", start), line.size());
    const std::size_t first = std::min(line.find_first_not_of(" \t\r\f\v\"", start), end);
    std::size_t last = end;
    while (last > first &&
           std::string_view(" \t\r\f\v\"").find(line[last - 1]) != std::string_view::npos)
      --last;
    found.push_back({line.substr(first, last - first), first + 1});
    start = end + 1;
  }
  return found;
}

bool is_number(const Word& field) {
  return !field.text.empty() &&
         field.text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Behind "{", "(" or "std::make_tuple("; 0: there is none.
std::size_t opening(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t\r\f\v");
  if (first == std::string_view::npos) return 0;
  for (const std::string_view before : {"std::make_tuple(", "make_tuple(", "{", "("})
    if (line.substr(first).starts_with(before)) return first + before.size();
  return 0;
}

}  // namespace

std::optional<DeepBenchColumns> DeepBenchColumns::heading(std::string_view line) {
  const std::vector<Word> found = fields(line);
  DeepBenchColumns columns;
  columns.headed_ = true;
  for (std::size_t i = 0; i < count; ++i) {
    const auto named = std::ranges::find_if(found, [i](const Word& field) {
      return !field.text.empty() && std::ranges::find(names[i], field.text) != names[i].end();
    });
    if (named == found.end()) return std::nullopt;
    columns.place_[i] = static_cast<std::size_t>(named - found.begin());
  }
  return columns;
}

bool DeepBenchColumns::looks_like(std::string_view line) const {
  if (const std::size_t open = opening(line))
    return line.find_first_of("0123456789", open) == line.find_first_not_of(" \t", open);
  const std::vector<Word> found = fields(line);
  if (found.empty() || !is_number(found.front())) return false;
  return headed_ || (found.size() == count && std::ranges::all_of(found, is_number));
}

ListedProblem DeepBenchColumns::parse(std::string_view line) const {
  const std::size_t open = opening(line);
  const std::size_t close = open > 0 ? line.find_first_of("})", open) : line.size();
  if (close == std::string_view::npos) throw SyntaxError(line, line.size(), "'}' or ')'");
  const std::vector<Word> found = fields(line.substr(0, close).substr(open));
  const DeepBenchColumns unnamed;
  const auto& place = open > 0 ? unnamed.place_ : place_;
  if (open > 0 && found.size() != count)
    throw SyntaxError(line, open,
                      "11 numbers (w h c n k filter_w filter_h pad_w pad_h stride_w stride_h)");
  std::array<std::int64_t, count> value{};
  for (std::size_t i = 0; i < count; ++i) {
    if (place[i] >= found.size())
      throw SyntaxError(line, close, "a number for " + std::string(names[i][0]));
    const std::size_t start = open + found[place[i]].column - 1;
    TextReader in(line.substr(0, start + found[place[i]].text.size()));
    in.skip(start);
    value[i] = in.number();
    if (!in.done()) in.fail("a whole number");
  }

  ConvShape shape;
  shape.batch = value[n];
  shape.in_channels = value[c];
  shape.out_channels = value[k];
  const auto axis = [&value](int in, int filter, int pad, int stride) {
    return Axis{.in = value[static_cast<std::size_t>(in)],
                .filter = value[static_cast<std::size_t>(filter)],
                .pad_left = value[static_cast<std::size_t>(pad)],
                .pad_right = value[static_cast<std::size_t>(pad)],
                .stride = value[static_cast<std::size_t>(stride)]};
  };
  shape.axis = {axis(h, filter_h, pad_h, stride_h), axis(w, filter_w, pad_w, stride_w)};
  return {.problem = ConvProblem::make(shape)};
}

}  // namespace convtune
