#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "session.hpp"

namespace convtune {

/// How far a long command is, on the standard error: one line that is rewritten on a terminal, a
/// line a step otherwise, nothing with --quiet.
class Progress {
 public:
  explicit Progress(const Session& session);
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Step `index` (from 0) of `total` goes on: `label` says what it is about, `note` what happens.
  void show(std::size_t index, std::size_t total, const std::string& label,
            const std::string& note = {}, std::optional<double> remaining_seconds = {});

  /// Takes the line away before something else is written.
  void clear();

 private:
  bool quiet_;
  int width_;  ///< of the terminal; 0: none
  bool drawn_ = false;
  std::optional<std::size_t> last_;  ///< step that was last told without a terminal
};

/// "[=====>    ]  5/23 conv2: racing, about 40 s left", cut to `width`.
std::string progress_line(std::size_t index, std::size_t total, const std::string& label,
                          const std::string& note, std::optional<double> remaining_seconds,
                          std::size_t width);

}  // namespace convtune
