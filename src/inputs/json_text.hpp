#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <convtune/problem_list.hpp>

namespace convtune {

struct JsonMember;

/// A JSON value that knows where it stands.
struct JsonValue {
  enum class Kind { other, whole, text, list, object };
  Kind kind = Kind::other;
  std::int64_t whole = 0;
  std::string text;
  std::vector<JsonValue> elements;
  std::vector<JsonMember> members;
  std::size_t position = 0;  ///< of its first character, from 0

  const JsonValue* member(std::string_view name) const;
};

struct JsonMember {
  std::string name;
  JsonValue value;
};

/// What of a text is no JSON: where, from 0, and a sentence.
struct JsonError {
  std::size_t position;
  std::string text;
};

/// Reads one document from `position` on, which is left behind it. Depth and number of values are
/// bounded. Throws JsonError.
JsonValue parse_json(std::string_view text, std::size_t& position);

/// Whether `content` begins as JSON with problems does; a tuple in braces does not.
bool looks_like_json(std::string_view content);

/// Documents of problems, one behind the other: texts, lists, {problem, repeats, names} and
/// {problems}. Whatever else convtune writes is passed over.
ProblemList read_json(std::string_view content, const std::string& source_name);

}  // namespace convtune
