#include "problems.hpp"

#include <algorithm>
#include <charconv>
#include <exception>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <convtune/error.hpp>
#include <report/json.hpp>
#include <report/text.hpp>

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

/// "batch=8"; said twice, the sizes must agree.
void take_dimension(const std::string& word, OpenDimensions& dimensions) {
  const std::size_t equals = word.rfind('=');
  std::int64_t size = 0;
  const char* const end = word.data() + word.size();
  const char* const digits = equals == std::string::npos ? end : word.data() + equals + 1;
  const auto [rest, error] = std::from_chars(digits, end, size);
  if (error == std::errc::result_out_of_range)
    throw Error(ErrorCode::bad_input, fmt::format("the size in '{}' is too large", word));
  if (equals == 0 || error != std::errc() || rest != end)
    throw Error(ErrorCode::bad_input, fmt::format("'{}' is not NAME=SIZE, such as batch=8.", word));
  const std::string name = word.substr(0, equals);
  if (size < 1)
    throw Error(ErrorCode::bad_input, fmt::format("the size of '{}' must be at least 1", name));
  if (const auto [said, fresh] = dimensions.emplace(name, size); !fresh && said->second != size)
    throw Error(ErrorCode::bad_input,
                fmt::format("the size of '{}' is said twice: {} and {}", name, said->second, size));
}

/// Misspelt, it would leave open what it was to say.
void must_be_open(const OpenDimensions& said, const DimensionNames& open) {
  for (const auto& [name, size] : said)
    if (!open.contains(name))
      throw Error(ErrorCode::bad_input,
                  fmt::format("Nothing that was read has an open dimension '{}'; {}.", name,
                              open.empty() ? "all sizes are known"
                                           : fmt::format("open are: {}", fmt::join(open, ", "))));
}

const Words<ProblemForm> form_words = {{"table", ProblemForm::table},
                                       {"text", ProblemForm::text},
                                       {"benchdnn", ProblemForm::benchdnn},
                                       {"miopen", ProblemForm::miopen}};

/// "file.txt:12" of "file.txt:12:5".
std::string line_of(const std::string& where) {
  const std::size_t colon = where.rfind(':');
  const bool numbered = colon != std::string::npos && colon + 1 < where.size() &&
                        where.find_first_not_of("0123456789", colon + 1) == std::string::npos;
  return numbered ? where.substr(0, colon) : where;
}

/// Counts lines that were rejected, however much is wrong with one.
void report(const std::vector<ReadNote>& notes, const Session& session, int& rejected) {
  std::set<std::string> lines;
  for (const ReadNote& note : notes) {
    const std::string text = as_sentence(note.text);
    const std::string sentence =
        note.where.empty() ? text : fmt::format("{}: {}", note.where, text);
    if (note.rejected) {
      if (lines.insert(line_of(note.where)).second) ++rejected;
      write_message(sentence);
    } else if (!session.common.quiet) {
      write_message("note: " + sentence);
    }
  }
}

}  // namespace

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

void add_form(Command& command, ProblemForm& form) {
  command.word("--as", form, form_words,
               "How to print them: a table, or lines of convtune, benchdnn or MIOpenDriver");
}

void add_problems(Command& command, Count count, ProblemArguments& arguments) {
  if (count == Count::one)
    command.arguments(
        "PROBLEM", count, arguments.sources,
        "A problem text, or a file (a list, a log, JSON, an ONNX model) or - (standard "
        "input) that holds one");
  else
    command.arguments("PROBLEMS", count, arguments.sources,
                      "Problem texts, files of them (lists, logs, JSON, ONNX models), - for the "
                      "standard input, or shape sets such as resnet50 ('convtune list sets')");
  command.options(
      "--dim", "NAME=SIZE",
      [&arguments](const std::vector<std::string>& words) {
        for (const std::string& word : words) take_dimension(word, arguments.dimensions);
      },
      "What a model leaves open, such as batch=8; several joined by commas");
  add_modifiers(command, arguments.modifiers);
}

int print(const Session& session, const ReadProblems& problems, ProblemForm form) {
  if (session.common.json || form == ProblemForm::table) {
    session.print(json(problems.problems), rendered(problems.problems, session.paper()));
    return problems.exit_code(exit_done);
  }
  const Notation notation = form == ProblemForm::benchdnn ? Notation::benchdnn
                            : form == ProblemForm::miopen ? Notation::miopen
                                                          : Notation::text;
  const WrittenProblems lines = written(problems.problems, notation);
  std::string all;
  for (const std::string& line : lines.lines) all += line + "\n";
  write_output(all);
  ReadProblems result = problems;
  report(lines.notes, session, result.rejected);
  return result.exit_code(exit_done);
}

ReadProblems rewritten(ProblemList list, const Modifiers& modifiers, const Session& session) {
  list = modified(std::move(list), modifiers);
  ReadProblems result;
  report(list.notes, session, result.rejected);
  result.problems = std::move(list.problems);
  if (result.problems.empty()) throw Error(ErrorCode::bad_input, "No problem is left to work on.");
  return result;
}

ReadProblems read(const ProblemArguments& arguments, const Session& session) {
  DimensionNames open;
  const ContentReader reader = content_reader(arguments.dimensions, &open);
  ProblemList all;
  std::exception_ptr first_failure;
  for (const std::string& source : arguments.sources) try {
      ProblemList list = read_source(source, reader);
      std::ranges::move(list.problems, std::back_inserter(all.problems));
      std::ranges::move(list.notes, std::back_inserter(all.notes));
    } catch (const Error&) {
      if (!first_failure) first_failure = std::current_exception();
    }
  // A misspelt name is told first: it is why a size is missing.
  if (!first_failure || !open.empty()) must_be_open(arguments.dimensions, open);
  if (first_failure) std::rethrow_exception(first_failure);
  return rewritten(std::move(all), arguments.modifiers, session);
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
