#include "problems.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <convtune/error.hpp>

#include "output.hpp"
#include "words.hpp"

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

void add_modifiers(CLI::App& command, Modifiers& modifiers) {
  const std::string group = "Options that rewrite the problems";
  command
      .add_option_function<std::int64_t>(
          "--batch",
          [&modifiers](const std::int64_t& batch) {
            if (batch < 0) throw CLI::ValidationError("--batch", "it must not be negative");
            modifiers.batch = batch;
          },
          "Batch size, instead of what is written")
      ->type_name("N")
      ->group(group);
  command
      .add_option_function<std::vector<std::string>>(
          "--direction",
          [&modifiers](const std::vector<std::string>& words) {
            for (const std::string& word : words)
              modifiers.directions.push_back(meaning("--direction", word, direction_words));
          },
          "Forward, gradient of the data, gradient of the weights; several joined by commas")
      ->delimiter(',')
      ->expected(1)
      ->type_name(joined(direction_words))
      ->group(group);
  command
      .add_option_function<std::string>(
          "--type",
          [&modifiers](const std::string& word) {
            modifiers.type = meaning("--type", word, type_words);
          },
          "Type of the tensors")
      ->type_name(joined(type_words))
      ->group(group);
  command
      .add_option_function<std::string>(
          "--layout",
          [&modifiers](const std::string& word) {
            modifiers.layout = meaning("--layout", word, layout_words);
          },
          "How the caller holds the tensors; any: as the winner wants them")
      ->type_name(joined(layout_words))
      ->group(group);
  command
      .add_flag("--const-weights", modifiers.constant_weights,
                "The weights never change: packing them is not timed")
      ->group(group);
}

}  // namespace

void add_problems(CLI::App& command, ProblemArguments& arguments, bool required) {
  command
      .add_option("problems", arguments.sources,
                  "Problem texts, files of them, - for the standard input, or shape sets such as "
                  "resnet50 ('convtune list sets')")
      ->type_name("PROBLEMS")
      ->required(required);
  add_modifiers(command, arguments.modifiers);
}

void add_problem(CLI::App& command, ProblemArguments& arguments) {
  command
      .add_option("problem", arguments.sources,
                  "A problem text, or a file or - (standard input) that holds one")
      ->type_name("PROBLEM")
      ->expected(1)
      ->required();
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
