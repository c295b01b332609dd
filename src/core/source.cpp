// One PROBLEMS argument of the command line.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <numeric>

#include <convtune/problem_list.hpp>

#include "deepbench.hpp"
#include "grammar.hpp"
#include "miopen.hpp"
#include "syntax_error.hpp"
#include "text_file.hpp"

namespace convtune {
namespace {

/// Insertions, deletions and replacements that turn one word into the other.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

std::string near_sets(std::string_view argument) {
  std::string near;
  for (const ShapeSet& set : shape_sets())
    if (edit_distance(argument, set.name) <= (argument.size() < 4 ? 1U : 2U) ||
        (argument.size() >= 3 && set.name.find(argument) != std::string_view::npos))
      near += (near.empty() ? " (did you mean " : " or ") + std::string(set.name);
  return near.empty() ? near : near + "?)";
}

/// No problem text of one word has a slash or ends like a file.
bool looks_like_path(std::string_view argument) {
  if (looks_like_line(argument, DeepBenchColumns())) return false;
  const std::string_view suffix = argument.substr(std::min(argument.rfind('.'), argument.size()));
  return argument.find('/') != std::string_view::npos || suffix == ".txt" || suffix == ".tsv" ||
         suffix == ".csv" || suffix == ".onnx" || suffix == ".json" || suffix == ".log";
}

/// Lists without a problem are bad input; the first rejection says why.
ProblemList nonempty(ProblemList list, const std::string& name) {
  if (!list.problems.empty()) return list;
  const auto rejected = std::find_if(list.notes.begin(), list.notes.end(),
                                     [](const ReadNote& note) { return note.rejected; });
  if (rejected == list.notes.end()) throw Error(ErrorCode::bad_input, name + " holds no problem");
  throw Error(ErrorCode::bad_input,
              name + " holds no valid problem; " + rejected->where + ": " + rejected->text);
}

struct Content {
  std::string text, name, folder;
};

/// What "-" or a file holds; nullopt where there is no file of that name.
std::optional<Content> content_of(const std::string& argument) {
  if (argument == "-") return Content{read_text(std::cin, "standard input"), "stdin", ""};
  std::error_code error;
  const auto status = std::filesystem::status(argument, error);
  if (std::filesystem::is_directory(status))
    throw Error(ErrorCode::bad_input, in_quotes(argument) + " is a folder");
  if (!std::filesystem::exists(status)) return std::nullopt;
  return Content{read_text_file(argument, false), argument,
                 std::filesystem::path(argument).parent_path().string()};
}

/// Texts have no control characters but those of white space and of terminals.
bool looks_like_text(std::string_view content) {
  return std::ranges::none_of(content, [](char letter) {
    const auto byte = static_cast<unsigned char>(letter);
    return byte < 0x20 && std::string_view("\a\b\t\n\v\f\r\x1B").find(letter) == std::string::npos;
  });
}

void must_be_text(const Content& content, const char* otherwise) {
  if (!looks_like_text(content.text))
    throw Error(ErrorCode::bad_input, "'" + content.name + "' is " + otherwise);
}

}  // namespace

ProblemList read_source(const std::string& argument, const ContentReader& other) {
  if (argument != "-")
    if (const auto set = shape_set(argument))
      return read_problems(set->content, std::string(set->name));
  if (const auto content = content_of(argument)) {
    const std::string name = "'" + content->name + "'";
    if (other)
      if (auto list = other(content->text, content->name)) return nonempty(*std::move(list), name);
    // Readers of other formats know ONNX models.
    must_be_text(*content, other ? "neither an ONNX model nor a text" : "not a text");
    return nonempty(read_problems(content->text, content->name, content->folder), name);
  }
  if (argument.starts_with("--") || !looks_like_problem(argument) || looks_like_path(argument))
    throw Error(ErrorCode::bad_input,
                in_quotes(argument) + " is no problem text, no file and no installed shape set" +
                    near_sets(argument));
  try {
    ProblemList list{.problems = read_problem(argument), .notes = {}};
    for (const Word& flag : foreign_miopen_flags(argument))
      list.notes.push_back(
          {.where = in_quotes(argument),
           .text = "the flag " + in_quotes(flag.text) + " is not understood and left out",
           .rejected = false});
    return list;
  } catch (const InvalidProblem& broken) {
    throw InvalidProblem(in_quotes(argument) + ": " + broken.what());
  }
}

ProblemList read_log_source(const std::string& argument) {
  const auto content = content_of(argument);
  if (!content) throw Error(ErrorCode::bad_input, "there is no file " + in_quotes(argument));
  must_be_text(*content, "not a text");
  return nonempty(read_log(content->text, content->name), "'" + content->name + "'");
}

}  // namespace convtune
