#include "process.hpp"

#include <array>
#include <cstdio>

#include <gtest/gtest.h>

namespace convtune {

std::vector<std::string> lines_of(const std::string& command) {
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) {
    ADD_FAILURE() << command << " could not be started";
    return {};
  }
  std::vector<std::string> lines(1);
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
    if (c == '\n')
      lines.emplace_back();
    else
      lines.back() += static_cast<char>(c);
  }
  EXPECT_EQ(pclose(pipe), 0) << command;
  if (lines.back().empty()) lines.pop_back();
  return lines;
}

std::string line_after(const std::vector<std::string>& lines, const std::string& start) {
  for (const std::string& line : lines)
    if (line.starts_with(start)) return line.substr(start.size());
  return "(none)";
}

}  // namespace convtune
