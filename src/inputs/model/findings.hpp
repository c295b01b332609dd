#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include <convtune/problem_list.hpp>

namespace convtune {

struct ReadConvolution;

/// Gathers what is found in a model. What is met while it is silent does not count.
class Findings {
 public:
  explicit Findings(std::string source) : source_(std::move(source)) {}

  void be_silent() { ++silent_; }
  void speak() { --silent_; }
  void speak_again() { silent_ = 0; }

  /// `name` and `title` of the node that convolves.
  void take(const ReadConvolution& read, const std::string& name, const std::string& title);
  /// What a node holds and nobody reads; the first thousand are named.
  void refuse(const std::string& title, const std::string& why);

  /// All of it.
  ProblemList list() &&;

 private:
  void remark(const std::string& text);

  static constexpr std::size_t most_notes = 1000;

  std::string source_;
  std::map<std::string, int> remarks_;
  std::size_t lost_ = 0;
  int silent_ = 0;
  ProblemList list_;
};

}  // namespace convtune
