#include "json.hpp"

#include <cmath>
#include <limits>

#include <convtune/error.hpp>

namespace convtune::db {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Value& value, bool is_json) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  if (const auto* text = std::get_if<std::string>(&value))
    return is_json ? Json::parse(*text) : Json(*text);
  if (const auto* number = std::get_if<double>(&value)) {
    // JSON has no word for it.
    if (std::isinf(*number)) return {{"infinity", *number > 0 ? 1 : -1}};
    return *number;
  }
  return nullptr;
}

Value value_of(const Json& json, bool is_json) {
  // The store keeps objects with their members sorted.
  if (is_json) return nlohmann::json::parse(json.dump()).dump();
  if (json.is_number_float()) return json.get<double>();
  if (json.is_number_unsigned() &&
      json.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX))
    throw BadRow("a number is too large");
  if (json.is_number_integer()) return json.get<std::int64_t>();
  if (json.is_string()) return json.get<std::string>();
  if (json.is_null()) return {};
  if (json.is_object() && json.size() == 1 && json.contains("infinity"))
    return std::copysign(std::numeric_limits<double>::infinity(), json["infinity"].get<double>());
  throw BadRow("a member is of a type that does not belong there");
}

const Json& member(const Json& json, const char* name) {
  if (!json.is_object()) throw BadRow(std::string("what holds '") + name + "' is not an object");
  const auto found = json.find(name);
  if (found == json.end()) throw BadRow(std::string("'") + name + "' is missing");
  return *found;
}

template <class Row>
void write(const Table<Row>& table, const Row& row, Json& into) {
  for (const Column<Row>& column : table.columns)
    if (column.read) into[column.name] = json_of(column.write(row), column.json);
}

template <class Row>
void read(const Table<Row>& table, const Json& json, Row& into) {
  for (const Column<Row>& column : table.columns) {
    if (!column.read) continue;
    const Value value = value_of(member(json, column.name), column.json);
    try {
      column.read(value, into);
    } catch (const BadRow& bad) {
      // Other programs write 1.0 as 1.
      const auto* integer = std::get_if<std::int64_t>(&value);
      if (!integer) throw BadRow(std::string(column.name) + ": " + bad.what());
      column.read(static_cast<double>(*integer), into);
    }
  }
}

template <class Row>
Json object_of(const Table<Row>& table, const Row& row) {
  Json json = Json::object();
  write(table, row, json);
  return json;
}

Json json_of(const Measurement& measurement) {
  Json json = {
      {"candidate", object_of(candidates(), measurement.candidate)},
      {"in", measurement.environment ? Json(hexadecimal(measurement.environment)) : Json(nullptr)}};
  write(measurements(), measurement, json);
  Json& rounds = json["samples"] = Json::array();
  for (const Sample& sample : measurement.samples)
    rounds.push_back(Json::array({sample.round, sample.seconds}));
  return json;
}

Measurement measurement_from(const Json& json) {
  Measurement measurement;
  read(candidates(), member(json, "candidate"), measurement.candidate);
  if (const Json& in = member(json, "in"); !in.is_null())
    measurement.environment = from_hexadecimal(in.get<std::string>());
  read(measurements(), json, measurement);
  for (const Json& sample : member(json, "samples"))
    measurement.samples.push_back(
        {.round = sample.at(0).get<int>(), .seconds = sample.at(1).get<double>()});
  return measurement;
}

// What JSON finds wrong is a bad row like any other.
template <class Read>
auto guarded(Read&& read) {
  try {
    return read();
  } catch (const Json::exception&) {
    throw BadRow("a member is of a type that does not belong there");
  } catch (const Error& error) {
    throw BadRow(error.what());
  }
}

}  // namespace

Json json_of(const Run& run) {
  Json json = {{"content", hexadecimal(content(run))},
               {"problem", text(run.problem)},
               {"machine", object_of(devices(), run.machine)}};
  Json& all = json["environments"] = Json::array();
  for (const Environment& environment : run.environments)
    all.push_back(object_of(environments(), environment));
  write(runs(), run, json);
  Json& measured = json["measurements"] = Json::array();
  for (const Measurement& measurement : run.measurements) measured.push_back(json_of(measurement));
  return json;
}

Json json_of(const Denial& denial) {
  Json json = {{"content", hexadecimal(content(denials(), denial))}};
  write(denials(), denial, json);
  return json;
}

Json json_of(const Candidate& candidate) {
  return object_of(offered(), candidate);
}

Candidate candidate_from(const Json& json) {
  return guarded([&] {
    Candidate candidate;
    read(offered(), json, candidate);
    return candidate;
  });
}

Run unsealed_run_from(const Json& json) {
  return guarded([&] {
    Run run{.problem = parse_problem(member(json, "problem").get<std::string>())};
    read(devices(), member(json, "machine"), run.machine);
    for (const Json& each : member(json, "environments"))
      read(environments(), each, run.environments.emplace_back());
    read(runs(), json, run);
    for (const Json& each : member(json, "measurements"))
      run.measurements.push_back(measurement_from(each));
    return run;
  });
}

Denial unsealed_denial_from(const Json& json) {
  return guarded([&] {
    Denial denial;
    read(denials(), json, denial);
    return denial;
  });
}

Run run_from(const Json& json) {
  return guarded([&] {
    Run run = unsealed_run_from(json);
    if (member(json, "content").get<std::string>() != hexadecimal(content(run)))
      throw BadRow("it is not what was exported: its content has another hash");
    // Whatever else is there, or is written in another way, is nothing that export wrote.
    if (nlohmann::json(json_of(run)) != nlohmann::json(json))
      throw BadRow("it is not written as export writes it");
    return run;
  });
}

Denial denial_from(const Json& json) {
  return guarded([&] {
    Denial denial = unsealed_denial_from(json);
    if (nlohmann::json(json_of(denial)) != nlohmann::json(json))
      throw BadRow("it is not what was exported");
    return denial;
  });
}

}  // namespace convtune::db
