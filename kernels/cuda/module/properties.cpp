#include "properties.hpp"

namespace convtune::cuda {

void Properties::begin(std::string_view key) {
  members_ += members_.empty() ? "\n " : ",\n ";
  members_.append("\"").append(key).append("\": ");
}

Properties& Properties::add(std::string_view key, std::int64_t value) {
  begin(key);
  members_ += std::to_string(value);
  return *this;
}

Properties& Properties::add(std::string_view key, const int (&values)[3]) {
  begin(key);
  members_ += "[" + std::to_string(values[0]) + ", " + std::to_string(values[1]) + ", " +
              std::to_string(values[2]) + "]";
  return *this;
}

// Names of GPUs are plain letters; whatever else there is would spoil the text.
Properties& Properties::add(std::string_view key, std::string_view value) {
  begin(key);
  members_ += '"';
  for (const char letter : value)
    members_ += letter < ' ' || letter > '~' || letter == '"' || letter == '\\' ? ' ' : letter;
  members_ += '"';
  return *this;
}

}  // namespace convtune::cuda
