#pragma once

#include <convtune/selector.hpp>

#include "command.hpp"

namespace convtune {

/// The constraints of a question, its policy and what a miss does.
struct QuestionArguments {
  Question question;
  bool on_miss_given = false;
  bool measures() const;  ///< a miss is measured
};

void add_constraints(Command& command, QuestionArguments& arguments);

/// The words of --protocol.
const Words<Protocol>& protocol_words();

/// The question that was asked. Throws Error(bad_input) for options that exclude each other.
const Question& checked(const QuestionArguments& arguments);

}  // namespace convtune
