#include "progress.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <fmt/format.h>

#include <report/units.hpp>

namespace convtune {
namespace {

constexpr std::size_t bar_width = 20;

std::string bar(std::size_t index, std::size_t total) {
  const std::size_t done = total == 0 ? bar_width : std::min(index * bar_width / total, bar_width);
  std::string text(done, '=');
  if (done < bar_width) text += '>';
  text.resize(bar_width, ' ');
  return text;
}

/// An estimate is not worth more than whole seconds.
std::string whole_seconds(double seconds) {
  const double whole = std::max(1.0, std::round(seconds));
  return whole < 120 ? fmt::format("{:.0f} s", whole) : human_seconds(whole);
}

std::string told(const std::string& label, const std::string& note,
                 std::optional<double> remaining_seconds) {
  std::string text = label;
  if (!note.empty()) text += ": " + note;
  if (remaining_seconds) text += ", about " + whole_seconds(*remaining_seconds) + " left";
  return text;
}

void write_error(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

}  // namespace

std::string progress_line(std::size_t index, std::size_t total, const std::string& label,
                          const std::string& note, std::optional<double> remaining_seconds,
                          std::size_t width) {
  const std::string line =
      fmt::format("[{}] {:>{}}/{} {}", bar(index, total), index + 1, std::to_string(total).size(),
                  total, told(label, note, remaining_seconds));
  return line.substr(0, width);
}

Progress::Progress(const Session& session)
    : quiet_(session.common.quiet), width_(standard_error_width()) {}

void Progress::show(std::size_t index, std::size_t total, const std::string& label,
                    const std::string& note, std::optional<double> remaining_seconds) {
  if (quiet_) return;
  if (width_ > 0) {
    // The last column stays free: some terminals would start a new line.
    const auto width = static_cast<std::size_t>(width_ - 1);
    write_error("\r\x1b[K" + progress_line(index, total, label, note, remaining_seconds, width));
    drawn_ = true;
    return;
  }
  if (last_ == index) return;
  last_ = index;
  write_error(fmt::format("{}/{} {}\n", index + 1, total, told(label, note, remaining_seconds)));
}

void Progress::clear() {
  if (!drawn_) return;
  write_error("\r\x1b[K");
  drawn_ = false;
}

}  // namespace convtune
