// Lists of problems: tokens and options line by line, in any mix of grammars.
#include <algorithm>
#include <filesystem>
#include <map>

#include <convtune/problem_list.hpp>

#include "batch_options.hpp"
#include "benchdnn.hpp"
#include "grammar.hpp"
#include "problem_merge.hpp"
#include "syntax_error.hpp"
#include "text_file.hpp"

namespace convtune {
namespace {

struct Token {
  std::string_view text;
  std::size_t column;  ///< counts from 1
};

/// Splits at blanks outside of quotes; a token that begins with '#' ends the line.
std::vector<Token> tokens(std::string_view line) {
  constexpr std::string_view blanks = " \t\r\f\v";
  std::vector<Token> found;
  for (std::size_t at = 0; (at = line.find_first_not_of(blanks, at)) < line.size();) {
    if (line[at] == '#') break;
    const std::size_t start = at;
    for (bool quoted = false; at < line.size(); ++at) {
      if (line[at] == '"') quoted = !quoted;
      if (!quoted && blanks.find(line[at]) != std::string_view::npos) break;
    }
    found.push_back({line.substr(start, at - start), start + 1});
  }
  return found;
}

class BatchReader {
 public:
  void read(std::string_view content, const std::string& name, const std::string& folder) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";  // some editors begin UTF-8 so
    if (content.starts_with(byte_order_mark)) content.remove_prefix(byte_order_mark.size());
    std::size_t line = 1;
    for (std::size_t start = 0; start < content.size(); ++line) {
      const std::size_t end = std::min(content.find('\n', start), content.size());
      for (const Token& token : tokens(content.substr(start, end - start))) {
        where_ = name.empty() ? "" : name + ":";
        where_ += std::to_string(line) + ":";
        read(token, folder);
      }
      start = end + 1;
    }
  }

  ProblemList take() { return merger_.take(); }

 private:
  void read(const Token& token, const std::string& folder) {
    try {
      if (token.text.starts_with("--batch="))
        read_file(std::string(token.text.substr(8)), folder);
      else if (token.text.starts_with("-"))
        set_option(token);
      else
        read_problem(token);
    } catch (const SyntaxError& error) {
      note(token.column + error.column() - 1, error.finding(), true);
    } catch (const Error& error) {
      note(token.column, error.what(), true);
    }
  }

  void set_option(const Token& token) {
    const std::string key = BatchOptions::key(token.text);
    // Until it is set well, nobody knows what the descriptors behind it stand for.
    misread_[key] = where_ + std::to_string(token.column);
    if (std::string why = BatchOptions::unconcerned(token.text); !why.empty())
      note(token.column, in_quotes(token.text) + " " + why + " and is skipped", false);
    else
      options_.set(token.text);
    misread_.erase(key);
    if (key == "--reset") misread_.clear();
  }

  void read_problem(const Token& token) {
    if (!misread_.empty() && looks_like_benchdnn(token.text))
      throw Error(ErrorCode::bad_input, in_quotes(token.text) +
                                            " is left out: " + misread_.begin()->first + " (" +
                                            misread_.begin()->second + ") is not understood");
    for (const ListedProblem& problem : parse_any(token.text, options_)) merger_.add(problem);
  }

  /// In benchdnn, too, options that the file sets stay in force behind it.
  void read_file(const std::string& path, const std::string& folder) {
    const std::filesystem::path full = std::filesystem::path(folder) / path;
    if (open_files_.size() >= deepest)
      throw Error(ErrorCode::bad_input, "batch files may be nested 16 deep");
    if (++files_read_ > most_files)
      throw Error(ErrorCode::bad_input, "one list may read 1000 batch files");
    if (std::find(open_files_.begin(), open_files_.end(), full) != open_files_.end())
      throw Error(ErrorCode::bad_input, in_quotes(path) + " reads itself");
    const std::string content = read_text_file(full.string(), true);

    const std::string outer = where_;
    open_files_.push_back(full);
    read(content, full.string(), full.parent_path().string());
    open_files_.pop_back();
    where_ = outer;
  }

  void note(std::size_t column, const std::string& text, bool rejected) {
    merger_.note({.where = where_ + std::to_string(column), .text = text, .rejected = rejected});
  }

  static constexpr std::size_t deepest = 16;
  static constexpr int most_files = 1000;

  BatchOptions options_;
  Merger merger_;
  std::string where_;  ///< "file:12:" of the line at hand
  std::vector<std::filesystem::path> open_files_;
  int files_read_ = 0;
  std::map<std::string, std::string> misread_;  ///< options with a bad value, and where
};

}  // namespace

ProblemList read_problems(std::string_view content, const std::string& source_name,
                          const std::string& folder) {
  BatchReader reader;
  reader.read(content, source_name, folder);
  return reader.take();
}

}  // namespace convtune
