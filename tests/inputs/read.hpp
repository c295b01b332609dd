#pragma once

#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>
#include <inputs/content.hpp>

namespace convtune {

inline std::string content_of(const std::string& model) {
  std::ifstream in(std::string(CONVTUNE_TEST_DATA) + "/models/" + model + ".onnx",
                   std::ios::binary);
  EXPECT_TRUE(in) << model;
  return {std::istreambuf_iterator<char>(in), {}};
}

/// What `content` holds, merged; the file is called "input".
inline ProblemList read(const std::string& content, const OpenDimensions& dimensions = {}) {
  auto list = content_reader(dimensions)(content, "input");
  EXPECT_TRUE(list) << "nobody takes it";
  return modified(list ? *std::move(list) : ProblemList(), {});
}

/// "problem *repeats name name", a line a problem.
inline std::vector<std::string> lines(const ProblemList& list) {
  std::vector<std::string> all;
  for (const ListedProblem& listed : list.problems) {
    std::string line = text(listed.problem) + " *" + std::to_string(listed.repeats);
    for (const std::string& name : listed.names) line += " " + name;
    all.push_back(line);
  }
  return all;
}

}  // namespace convtune
