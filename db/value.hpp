#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include <convtune/measurement.hpp>
#include <convtune/store.hpp>

namespace convtune::db {

struct Blob {
  std::string bytes;
  bool operator==(const Blob&) const = default;
};

/// What a cell of a table can hold.
using Value = std::variant<std::monostate, std::int64_t, double, std::string, Blob>;

/// A stored row that makes no sense: of the wrong type, out of range, not what its hash says.
class BadRow : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What C++ values look like in a cell: 64-bit unsigned as the signed integer of the same bits, a
/// NaN as NULL, enumerations by name, containers as JSON.
inline Value to_value(std::int64_t value) {
  return value;
}
inline Value to_value(int value) {
  return std::int64_t{value};
}
inline Value to_value(bool value) {
  return std::int64_t{value};
}
inline Value to_value(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}
inline Value to_value(const std::string& value) {
  return value;
}
Value to_value(double value);
Value to_value(std::optional<bool> value);
Value to_value(Outcome value);
Value to_value(Protocol value);
Value to_value(Rigour value);
Value to_value(Precision value);
Value to_value(const Tags& value);
Value to_value(const std::map<std::string, std::string>& value);
Value to_value(const std::vector<LibraryFile>& value);
Value to_value(DenialOrigin value);
Value to_value(const DenialRange& value);

/// A hash as people see it: sixteen digits.
std::string hexadecimal(std::uint64_t hash);
/// The way back. Throws BadRow for anything but sixteen lower-case digits.
std::uint64_t from_hexadecimal(const std::string& text);

/// The way back. Throws BadRow for what to_value cannot have made.
void from_value(const Value& value, std::int64_t& into);
void from_value(const Value& value, int& into);
void from_value(const Value& value, bool& into);
void from_value(const Value& value, std::uint64_t& into);
void from_value(const Value& value, std::string& into);
void from_value(const Value& value, double& into);
void from_value(const Value& value, std::optional<bool>& into);
void from_value(const Value& value, Outcome& into);
void from_value(const Value& value, Protocol& into);
void from_value(const Value& value, Rigour& into);
void from_value(const Value& value, Precision& into);
void from_value(const Value& value, Tags& into);
void from_value(const Value& value, std::map<std::string, std::string>& into);
void from_value(const Value& value, std::vector<LibraryFile>& into);
void from_value(const Value& value, DenialOrigin& into);
void from_value(const Value& value, DenialRange& into);

}  // namespace convtune::db
