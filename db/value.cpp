#include "value.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <convtune/error.hpp>

namespace convtune::db {
namespace {

using Json = nlohmann::json;

template <class T>
const T& held(const Value& value, const char* kind) {
  if (const T* found = std::get_if<T>(&value)) return *found;
  throw BadRow(std::string("a cell does not hold ") + kind);
}

const std::string& text_in(const Value& value) {
  return held<std::string>(value, "text");
}
std::int64_t integer_in(const Value& value) {
  return held<std::int64_t>(value, "an integer");
}

template <class Enum>
void named(const Value& value, std::optional<Enum> (*find)(std::string_view), Enum& into) {
  const std::optional<Enum> found = find(text_in(value));
  if (!found) throw BadRow("a cell holds the unknown word '" + text_in(value) + "'");
  into = *found;
}

Value json_text(const Json& json) {
  try {
    return json.dump();
  } catch (const Json::exception&) {
    throw Error(ErrorCode::bad_input, "A text to be stored is not UTF-8.");
  }
}

template <class Reader>
void read_json(const Value& value, Reader&& reader) {
  try {
    reader(Json::parse(text_in(value)));
  } catch (const Json::exception&) {
    throw BadRow("a cell does not hold the JSON that belongs there");
  }
}

}  // namespace

// SQLite keeps no sign of zero.
Value to_value(double value) {
  return std::isnan(value) ? Value() : Value(value == 0 ? 0.0 : value);
}

Value to_value(std::optional<bool> value) {
  return value ? to_value(*value) : Value();
}
Value to_value(Outcome value) {
  return std::string(name(value));
}
Value to_value(Protocol value) {
  return std::string(name(value));
}
Value to_value(Rigour value) {
  return std::string(name(value));
}
Value to_value(Precision value) {
  return std::string(name(value));
}
Value to_value(const Tags& value) {
  return json_text(value);
}
Value to_value(const std::map<std::string, std::string>& value) {
  return json_text(value);
}

Value to_value(const std::vector<LibraryFile>& value) {
  Json files = Json::array();
  for (const LibraryFile& file : value)
    files.push_back({{"path", file.path}, {"size", file.size}, {"modified_ns", file.modified_ns}});
  return json_text(files);
}

Value to_value(DenialOrigin value) {
  return std::string(name(value));
}

Value to_value(const DenialRange& value) {
  Json range = Json::object();
  if (!value.backend.empty()) range["backend"] = value.backend;
  if (value.environment) range["environment"] = hexadecimal(*value.environment);
  return json_text(range);
}

std::string hexadecimal(std::uint64_t hash) {
  return fmt::format("{:016x}", hash);
}

std::uint64_t from_hexadecimal(const std::string& text) {
  std::uint64_t hash = 0;
  std::from_chars(text.data(), text.data() + text.size(), hash, 16);
  if (hexadecimal(hash) != text) throw BadRow("'" + text + "' is not sixteen hexadecimal digits");
  return hash;
}

void from_value(const Value& value, std::int64_t& into) {
  into = integer_in(value);
}

void from_value(const Value& value, int& into) {
  const std::int64_t wide = integer_in(value);
  if (wide < std::numeric_limits<int>::min() || wide > std::numeric_limits<int>::max())
    throw BadRow("a cell holds a number that is too large");
  into = static_cast<int>(wide);
}

void from_value(const Value& value, bool& into) {
  const std::int64_t wide = integer_in(value);
  if (wide != 0 && wide != 1) throw BadRow("a cell holds neither 0 nor 1");
  into = wide == 1;
}

void from_value(const Value& value, std::uint64_t& into) {
  into = static_cast<std::uint64_t>(integer_in(value));
}

void from_value(const Value& value, std::string& into) {
  into = text_in(value);
}

void from_value(const Value& value, double& into) {
  into = std::holds_alternative<std::monostate>(value) ? std::numeric_limits<double>::quiet_NaN()
                                                       : held<double>(value, "a number");
}

void from_value(const Value& value, std::optional<bool>& into) {
  into.reset();
  if (!std::holds_alternative<std::monostate>(value)) from_value(value, into.emplace());
}

void from_value(const Value& value, Outcome& into) {
  named(value, &outcome, into);
}
void from_value(const Value& value, Protocol& into) {
  named(value, &protocol, into);
}
void from_value(const Value& value, Rigour& into) {
  named(value, &rigour, into);
}
void from_value(const Value& value, Precision& into) {
  named(value, &precision, into);
}

void from_value(const Value& value, Tags& into) {
  read_json(value, [&](const Json& json) { into = json.get<Tags>(); });
}

void from_value(const Value& value, std::map<std::string, std::string>& into) {
  read_json(value,
            [&](const Json& json) { into = json.get<std::map<std::string, std::string>>(); });
}

void from_value(const Value& value, std::vector<LibraryFile>& into) {
  read_json(value, [&](const Json& json) {
    into.clear();
    for (const Json& file : json)
      into.push_back({.path = file.at("path").get<std::string>(),
                      .size = file.at("size").get<std::uint64_t>(),
                      .modified_ns = file.at("modified_ns").get<std::int64_t>()});
  });
}

void from_value(const Value& value, DenialOrigin& into) {
  named(value, &denial_origin, into);
}

void from_value(const Value& value, DenialRange& into) {
  read_json(value, [&](const Json& json) {
    into = {.backend = json.value("backend", ""), .environment = {}};
    if (json.contains("environment"))
      into.environment = from_hexadecimal(json["environment"].get<std::string>());
  });
  if (to_value(into) != value) throw BadRow("a cell does not hold the range of a denial");
}

}  // namespace convtune::db
