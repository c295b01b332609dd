#pragma once

#include <CLI/CLI.hpp>
#include <convtune/selector.hpp>

namespace convtune {

/// The constraints of a question, its policy and what a miss does.
struct QuestionArguments {
  Question question;
  bool on_miss_given = false;
  bool measures() const;  ///< a miss is measured
};

void add_constraints(CLI::App& command, QuestionArguments& arguments);

/// The question that was asked. Throws Error(bad_input) for options that exclude each other.
const Question& checked(const QuestionArguments& arguments);

}  // namespace convtune
