#include "problems.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <convtune/error.hpp>

#include "output.hpp"

namespace convtune {
namespace {

template <class Value>
Words<Value> named(std::initializer_list<Value> values) {
  Words<Value> words;
  for (const Value value : values) words.emplace_back(std::string(name(value)), value);
  return words;
}

const Words<Direction> direction_words =
    named({Direction::forward, Direction::backward_data, Direction::backward_weights});
const Words<DataType> type_words =
    named({DataType::f64, DataType::f32, DataType::f16, DataType::bf16, DataType::s8, DataType::u8,
           DataType::s32});
const Words<Layout> layout_words = {
    {"nchw", Layout::channels_first}, {"nhwc", Layout::channels_last}, {"any", Layout::any}};

void add_modifiers(Command& command, Modifiers& modifiers) {
  command.heading("Options that rewrite the problems")
      .number(
          "--batch", 0, [&modifiers](std::int64_t batch) { modifiers.batch = batch; },
          "Batch size, instead of what is written")
      .options(
          "--direction", joined(direction_words),
          [&modifiers](const std::vector<std::string>& words) {
            for (const std::string& word : words)
              modifiers.directions.push_back(meaning(word, direction_words));
          },
          "Forward, gradient of the data, gradient of the weights; several joined by commas")
      .option(
          "--type", joined(type_words),
          [&modifiers](const std::string& word) { modifiers.type = meaning(word, type_words); },
          "Type of the tensors")
      .option(
          "--layout", joined(layout_words),
          [&modifiers](const std::string& word) { modifiers.layout = meaning(word, layout_words); },
          "How the caller holds the tensors; any: as the winner wants them")
      .flag("--const-weights", modifiers.constant_weights,
            "The weights never change: packing them is not timed")
      .heading(options_heading);
}

}  // namespace

void add_problems(Command& command, Count count, ProblemArguments& arguments) {
  if (count == Count::one)
    command.arguments("PROBLEM", count, arguments.sources,
                      "A problem text, or a file or - (standard input) that holds one");
  else
    command.arguments("PROBLEMS", count, arguments.sources,
                      "Problem texts, files of them, - for the standard input, or shape sets such "
                      "as resnet50 ('convtune list sets')");
  add_modifiers(command, arguments.modifiers);
}

ReadProblems read(const ProblemArguments& arguments, const Session& session) {
  ProblemList all;
  for (const std::string& source : arguments.sources) {
    ProblemList list = read_source(source);
    std::ranges::move(list.problems, std::back_inserter(all.problems));
    std::ranges::move(list.notes, std::back_inserter(all.notes));
  }
  all = modified(std::move(all), arguments.modifiers);
  ReadProblems result;
  for (const ReadNote& note : all.notes) {
    const std::string sentence =
        note.where.empty() ? note.text : fmt::format("{}: {}", note.where, note.text);
    if (note.rejected) {
      ++result.rejected;
      write_message(sentence);
    } else if (!session.common.quiet) {
      write_message("note: " + sentence);
    }
  }
  result.problems = std::move(all.problems);
  if (result.problems.empty()) throw Error(ErrorCode::bad_input, "No problem is left to work on.");
  return result;
}

ConvProblem read_one(const ProblemArguments& arguments, const Session& session) {
  const ReadProblems read_problems = read(arguments, session);
  const std::size_t count = read_problems.problems.size();
  if (count != 1 || read_problems.rejected > 0)
    throw Error(ErrorCode::bad_input,
                fmt::format("This command takes exactly one problem; '{}' holds {}.",
                            arguments.sources.front(),
                            count + static_cast<std::size_t>(read_problems.rejected)));
  return read_problems.problems.front().problem;
}

}  // namespace convtune
