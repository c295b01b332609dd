// Lists of problems: tokens and options line by line, in any mix of grammars.
#include <algorithm>
#include <filesystem>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include <convtune/problem_list.hpp>

#include "batch_options.hpp"
#include "benchdnn.hpp"
#include "deepbench.hpp"
#include "grammar.hpp"
#include "miopen.hpp"
#include "problem_merge.hpp"
#include "syntax_error.hpp"
#include "text_file.hpp"
#include "text_reader.hpp"
#include "verbose_log.hpp"
#include "words.hpp"

namespace convtune {
namespace {

/// "*4" behind a problem.
std::int64_t repeats(std::string_view word) {
  TextReader in(word);
  in.skip(1);
  const std::int64_t count = in.number();
  if (!in.done() || count < 1 || count > 1'000'000'000)
    in.fail_at(1, "a number from 1 to 1000000000");
  return count;
}

bool is_name(std::string_view word) {
  return word.size() > 2 && word.starts_with('"') && word.ends_with('"');
}

class BatchReader {
 public:
  /// In a log, lines that are no problem are passed over.
  explicit BatchReader(bool log) : log_(log) {}

  void read(std::string_view content, const std::string& name, const std::string& folder) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";  // some editors begin UTF-8 so
    if (content.starts_with(byte_order_mark)) content.remove_prefix(byte_order_mark.size());
    const bool outer_log = std::exchange(log_, log_ || holds_verbose_line(content));
    const DeepBenchColumns outer_columns = std::exchange(columns_, DeepBenchColumns());
    std::size_t number = 1;
    for (std::size_t start = 0; start < content.size(); ++number) {
      const std::size_t end = std::min(content.find('\n', start), content.size());
      where_ = (name.empty() ? "" : name + ":") + std::to_string(number) + ":";
      read_line(content.substr(start, end - start), folder);
      start = end + 1;
    }
    log_ = outer_log;
    columns_ = outer_columns;
  }

  ProblemList take() { return merger_.take(); }

 private:
  void read_line(std::string_view line, const std::string& folder) {
    const std::vector<Word> all = words(line);
    if (all.empty()) return;
    if (looks_like_line(line, columns_)) {
      noting(1, [&] { read_whole(line); });
    } else if (const auto columns = DeepBenchColumns::heading(line)) {
      columns_ = *columns;
    } else if (log_ ? looks_like_problem(all[0].text) : !line.starts_with("MIOpen(")) {
      for (std::size_t at = 0; at < all.size();) at = read_word(all, at, folder);
    }
  }

  void read_whole(std::string_view line) {
    for (const ListedProblem& problem : parse_line(line, columns_)) merger_.add(problem);
    for (const Word& flag : foreign_miopen_flags(line))
      if (unsaid_.insert(std::string(flag.text)).second)
        note(flag.column,
             "the flag " + in_quotes(flag.text) + " is not understood and left out, here and below",
             false);
    if (!holds_verbose_line(line)) return;
    if (const std::string_view unsaid = unsaid_post_operations(line);
        !unsaid.empty() && unsaid_.insert(std::string(unsaid)).second)
      note(1, "the fused " + in_quotes(unsaid) + " is not part of the problem, here and below",
           false);
  }

  /// Reads one option, or one problem with its repeats and name behind it. Returns what follows.
  std::size_t read_word(const std::vector<Word>& all, std::size_t at, const std::string& folder) {
    const Word& word = all[at++];
    noting(word.column, [&] {
      if (word.text.starts_with("--batch="))
        read_file(std::string(word.text.substr(8)), folder);
      else if (word.text.starts_with("-"))
        set_option(word);
      else
        read_problem(word, extras(all, at));
    });
    // What belongs to a rejected problem goes with it.
    while (at < all.size() && is_extra(all[at].text)) ++at;
    return at;
  }

  /// "*4" and "\"conv1\"" behind a problem.
  struct Extras {
    std::int64_t repeats = 1;
    std::vector<std::string> names;
  };
  static bool is_extra(std::string_view word) { return word.starts_with('*') || is_name(word); }
  static Extras extras(const std::vector<Word>& all, std::size_t at) {
    Extras found;
    for (; at < all.size() && is_extra(all[at].text); ++at) {
      const std::string_view word = all[at].text;
      if (is_name(word))
        found.names.push_back(printable(word.substr(1, word.size() - 2)));
      else
        found.repeats = repeats(word);
    }
    return found;
  }

  /// Errors of `read` become notes; `column` is where what it reads begins.
  template <typename Read>
  void noting(std::size_t column, Read read) {
    try {
      read();
    } catch (const SyntaxError& error) {
      note(column + error.column() - 1, error.finding(), true);
    } catch (const Error& error) {
      note(column, error.what(), true);
    }
  }

  void set_option(const Word& token) {
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

  void read_problem(const Word& token, const Extras& extras) {
    if (!misread_.empty() && looks_like_benchdnn(token.text))
      throw Error(ErrorCode::bad_input, in_quotes(token.text) +
                                            " is left out: " + misread_.begin()->first + " (" +
                                            misread_.begin()->second + ") is not understood");
    for (ListedProblem& problem : parse_any(token.text, options_)) {
      if (__builtin_mul_overflow(problem.repeats, extras.repeats, &problem.repeats))
        problem.repeats = std::numeric_limits<std::int64_t>::max();
      std::ranges::copy(extras.names, std::back_inserter(problem.names));
      merger_.add(problem);
    }
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

  bool log_;
  BatchOptions options_;
  DeepBenchColumns columns_;  ///< of the file at hand
  Merger merger_;
  std::string where_;  ///< "file:12:" of the line at hand
  std::vector<std::filesystem::path> open_files_;
  int files_read_ = 0;
  std::set<std::string> unsaid_;                ///< fused operations and flags that were noted
  std::map<std::string, std::string> misread_;  ///< options with a bad value, and where
};

}  // namespace

ProblemList read_problems(std::string_view content, const std::string& source_name,
                          const std::string& folder) {
  BatchReader reader(false);
  reader.read(content, source_name, folder);
  return reader.take();
}

ProblemList read_log(std::string_view content, const std::string& source_name) {
  BatchReader reader(true);
  reader.read(content, source_name, {});
  return reader.take();
}

}  // namespace convtune
