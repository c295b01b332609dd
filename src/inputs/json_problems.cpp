// What values say about problems.
#include <algorithm>

#include "json_text.hpp"

namespace convtune {
namespace {

class JsonReader {
 public:
  JsonReader(std::string_view content, const std::string& name) : content_(content), name_(name) {}

  ProblemList read() {
    for (std::size_t at = 0; (at = content_.find_first_not_of(" \t\r\n", at)) < content_.size();) {
      const std::size_t start = at;
      try {
        if (content_[at] != '{' && content_[at] != '[')
          throw JsonError{at, "an object or a list of problems was expected"};
        read(parse_json(content_, at));
      } catch (const JsonError& error) {
        reject(error.position, error.text);
        at = next_document(std::max(start, error.position));
      }
    }
    return std::move(list_);
  }

 private:
  using Kind = JsonValue::Kind;

  /// Documents often stand one a line, each from its beginning.
  std::size_t next_document(std::size_t at) const {
    return std::min(content_.find("\n{", at), content_.size());
  }

  void read(const JsonValue& value) {
    if (value.kind == Kind::text) {
      add(value, 1, {});
    } else if (value.kind == Kind::list) {
      for (const JsonValue& element : value.elements) read(element);
    } else if (value.kind == Kind::object) {
      read_object(value);
    } else {
      reject(value.position, "a problem was expected: a text, or an object with one");
    }
  }

  void read_object(const JsonValue& object) {
    const JsonValue* const problem = object.member("problem");
    const JsonValue* const problems = object.member("problems");
    const JsonValue* const schema = object.member("schema");
    if (problems != nullptr && problems->kind == Kind::list)
      read(*problems);
    else if (problem != nullptr && problem->kind == Kind::text)
      read_listed(object, *problem);
    else if (schema == nullptr || !schema->text.starts_with("convtune."))
      reject(object.position, "'problem' with a text or 'problems' with a list was expected");
  }

  void read_listed(const JsonValue& object, const JsonValue& problem) {
    std::int64_t repeats = 1;
    if (const JsonValue* const said = object.member("repeats")) {
      if (said->kind != Kind::whole || said->whole < 1)
        return reject(said->position, "'repeats' must be a whole number of at least 1");
      repeats = said->whole;
    }
    std::vector<std::string> names;
    if (const JsonValue* const said = object.member("names")) {
      if (said->kind != Kind::list ||
          !std::ranges::all_of(said->elements,
                               [](const JsonValue& name) { return name.kind == Kind::text; }))
        return reject(said->position, "'names' must be a list of texts");
      for (const JsonValue& name : said->elements) names.push_back(printable(name.text));
    }
    add(problem, repeats, names);
  }

  void add(const JsonValue& text, std::int64_t repeats, const std::vector<std::string>& names) {
    try {
      for (ListedProblem& listed : read_problem(text.text)) {
        if (__builtin_mul_overflow(listed.repeats, repeats, &listed.repeats))
          throw Error(ErrorCode::bad_input, "the repeats pass 2^63-1");
        std::ranges::copy(names, std::back_inserter(listed.names));
        list_.problems.push_back(std::move(listed));
      }
    } catch (const Error& error) {
      reject(text.position, error.what());
    }
  }

  void reject(std::size_t position, const std::string& text) {
    // A file that is wrong everywhere need not say so everywhere.
    if (list_.notes.size() >= most_notes) return;
    if (position < counted_) line_ = 1, line_start_ = counted_ = 0;
    for (; counted_ < std::min(position, content_.size()); ++counted_)
      if (content_[counted_] == '\n') ++line_, line_start_ = counted_ + 1;
    list_.notes.push_back({.where = name_ + ":" + std::to_string(line_) + ":" +
                                    std::to_string(position - line_start_ + 1),
                           .text = text,
                           .rejected = true});
  }

  static constexpr std::size_t most_notes = 1000;

  std::string_view content_;
  const std::string& name_;
  ProblemList list_;
  std::size_t counted_ = 0, line_ = 1, line_start_ = 0;
};

}  // namespace

ProblemList read_json(std::string_view content, const std::string& source_name) {
  return JsonReader(content, source_name).read();
}

}  // namespace convtune
