#include "columns.hpp"

#include <algorithm>
#include <functional>

#include <convtune/statistics.hpp>

#include "packing.hpp"

namespace convtune::db {
namespace {

template <class T>
struct OwnerOf;
template <class Row, class Field>
struct OwnerOf<Field Row::*> {
  using Type = Row;
};

// row.*member.*..., however deep the field lies.
template <auto member, auto... deeper>
auto& at(auto& row) {
  if constexpr (sizeof...(deeper) == 0) {
    return row.*member;
  } else {
    return at<deeper...>(row.*member);
  }
}

template <auto member, auto... deeper>
constexpr auto field(const char* name) {
  using Row = typename OwnerOf<decltype(member)>::Type;
  using Field = std::remove_reference_t<decltype(at<member, deeper...>(std::declval<Row&>()))>;
  constexpr bool json =
      std::is_same_v<Field, Tags> || std::is_same_v<Field, std::map<std::string, std::string>> ||
      std::is_same_v<Field, std::vector<LibraryFile>> || std::is_same_v<Field, DenialRange>;
  return Column<Row>{
      name, [](const Row& row) { return to_value(at<member, deeper...>(row)); },
      [](const Value& value, Row& row) { from_value(value, at<member, deeper...>(row)); }, json};
}

template <class Row>
constexpr Column<Row> derived(const char* name, Value (*write)(const Row&)) {
  return {name, write, nullptr};
}

Value text_value(std::string_view text) {
  return std::string(text);
}

template <auto member>
constexpr Column<ProblemRow> shape(const char* name) {
  return derived<ProblemRow>(name, [](const ProblemRow& row) {
    const auto value = row.shape.*member;
    if constexpr (std::is_same_v<decltype(value), const DataType>) {
      return text_value(convtune::name(value));
    } else {
      return to_value(value);
    }
  });
}

// `from_last`: 0 is the width, 1 the height, 2 the depth; NULL for an axis that is not there.
template <int from_last, auto value>
constexpr Column<ProblemRow> axis(const char* name) {
  return derived<ProblemRow>(name, [](const ProblemRow& row) -> Value {
    const auto axes = row.shape.axes();
    if (from_last >= static_cast<int>(axes.size())) return {};
    return std::int64_t{std::invoke(value, axes[axes.size() - 1 - from_last])};
  });
}

template <auto member, const char* first, const char* last>
constexpr Column<ProblemRow> layout(const char* name) {
  return derived<ProblemRow>(name, [](const ProblemRow& row) {
    const Layout value = row.shape.*member;
    return text_value(value == Layout::channels_first  ? first
                      : value == Layout::channels_last ? last
                                                       : "any");
  });
}
constexpr char nchw[] = "nchw", nhwc[] = "nhwc", kcrs[] = "kcrs", krsc[] = "krsc";

std::vector<double> seconds_of(const Measurement& measurement) {
  std::vector<double> seconds;
  for (const Sample& sample : measurement.samples) seconds.push_back(sample.seconds);
  return seconds;
}

template <std::size_t end>
constexpr Column<Measurement> interval(const char* name) {
  return derived<Measurement>(name, [](const Measurement& row) -> Value {
    if (row.samples.empty()) return {};
    return to_value(median_interval(seconds_of(row))[end]);
  });
}

constexpr const char* content_key[] = {"content"};

}  // namespace

ProblemRow row_of(const ConvProblem& problem) {
  return {.hash = hash(problem),
          .text = text(problem),
          .shape = problem.shape(),
          .multiply_accumulates = multiply_accumulates(problem)};
}

const Table<Machine>& devices() {
  static constexpr Column<Machine> columns[] = {
      derived<Machine>("kind", [](const Machine&) { return text_value("cpu"); }),
      field<&Machine::name>("name"),
      field<&Machine::machine_class>("machine_class"),
      field<&Machine::serial>("serial"),
      field<&Machine::fingerprint>("fingerprint"),
  };
  static constexpr Table<Machine> table{"device", content_key, columns};
  return table;
}

const Table<Environment>& environments() {
  static constexpr Column<Environment> columns[] = {
      derived<Environment>("hash", [](const Environment& row) { return to_value(row.hash()); }),
      derived<Environment>("machine_class",
                           [](const Environment& row) { return to_value(row.machine_class()); }),
      field<&Environment::backend>("backend"),
      field<&Environment::identity>("identity"),
      field<&Environment::recorded>("recorded"),
      field<&Environment::files>("files"),
  };
  static constexpr Table<Environment> table{"environment", content_key, columns};
  return table;
}

const Table<ProblemRow>& problems() {
  static constexpr Column<ProblemRow> columns[] = {
      field<&ProblemRow::hash>("hash"),
      field<&ProblemRow::text>("text"),
      derived<ProblemRow>(
          "direction", [](const ProblemRow& row) { return text_value(name(row.shape.direction)); }),
      shape<&ConvShape::source_type>("source_type"),
      shape<&ConvShape::filter_type>("filter_type"),
      shape<&ConvShape::destination_type>("destination_type"),
      shape<&ConvShape::accumulation>("accumulation"),
      layout<&ConvShape::source_layout, nchw, nhwc>("source_layout"),
      layout<&ConvShape::filter_layout, kcrs, krsc>("filter_layout"),
      layout<&ConvShape::destination_layout, nchw, nhwc>("destination_layout"),
      shape<&ConvShape::batch>("batch"),
      shape<&ConvShape::in_channels>("in_channels"),
      shape<&ConvShape::out_channels>("out_channels"),
      shape<&ConvShape::groups>("groups"),
      shape<&ConvShape::rank>("rank"),
      axis<2, &Axis::in>("in_d"),
      axis<1, &Axis::in>("in_h"),
      axis<0, &Axis::in>("in_w"),
      axis<2, &Axis::filter>("filter_d"),
      axis<1, &Axis::filter>("filter_h"),
      axis<0, &Axis::filter>("filter_w"),
      axis<2, &Axis::out>("out_d"),
      axis<1, &Axis::out>("out_h"),
      axis<0, &Axis::out>("out_w"),
      axis<2, &Axis::stride>("stride_d"),
      axis<1, &Axis::stride>("stride_h"),
      axis<0, &Axis::stride>("stride_w"),
      axis<2, &Axis::dilation>("dilation_d"),
      axis<1, &Axis::dilation>("dilation_h"),
      axis<0, &Axis::dilation>("dilation_w"),
      shape<&ConvShape::flip>("flip"),
      shape<&ConvShape::unshared>("unshared"),
      shape<&ConvShape::constant_weights>("constant_weights"),
      shape<&ConvShape::bias>("bias"),
      shape<&ConvShape::relu>("relu"),
      shape<&ConvShape::accumulate>("accumulate"),
      derived<ProblemRow>("multiply_accumulates",
                          [](const ProblemRow& row) { return to_value(row.multiply_accumulates); }),
  };
  static constexpr Table<ProblemRow> table{"problem", content_key, columns};
  return table;
}

const Table<Candidate>& candidates() {
  static constexpr Column<Candidate> columns[] = {
      derived<Candidate>("text", [](const Candidate& row) { return to_value(text(row)); }),
      field<&Candidate::implementation>("implementation"),
      field<&Candidate::configuration>("configuration"),
      field<&Candidate::revision>("revision"),
      field<&Candidate::tags>("tags"),
      field<&Candidate::precision>("precision"),
      field<&Candidate::inexact>("inexact"),
  };
  static constexpr Table<Candidate> table{"candidate", content_key, columns};
  return table;
}

const Table<Candidate>& offered() {
  using C = Candidate;
  static constexpr Column<C> columns[] = {
      field<&C::implementation>("implementation"),
      field<&C::configuration>("configuration"),
      field<&C::revision>("revision"),
      field<&C::tags>("tags"),
      field<&C::workspace_bytes>("workspace_bytes"),
      field<&C::deterministic>("deterministic"),
      field<&C::precision>("precision"),
      field<&C::layouts, &Layouts::source>("source_layout"),
      field<&C::layouts, &Layouts::filter>("filter_layout"),
      field<&C::layouts, &Layouts::destination>("destination_layout"),
      field<&C::slowdown>("slowdown"),
      field<&C::error_factor>("error_factor"),
      field<&C::inexact>("inexact"),
      field<&C::unranked>("unranked"),
      field<&C::baseline>("baseline"),
      field<&C::notes>("notes"),
      field<&C::worker_environment>("worker_environment"),
  };
  static constexpr Table<C> table{"offered", {}, columns};
  return table;
}

const Table<Run>& runs() {
  static constexpr const char* keys[] = {"problem_id", "device_id", "content", "imported"};
  static constexpr Column<Run> columns[] = {
      derived<Run>("environment",
                   [](const Run& row) {
                     std::vector<std::string> names;
                     for (const Environment& environment : row.environments)
                       names.push_back(environment.backend + ':' + hexadecimal(environment.hash()));
                     std::ranges::sort(names);
                     std::string joined;
                     for (const std::string& name : names)
                       joined += (joined.empty() ? "" : " ") + name;
                     return to_value(joined);
                   }),
      field<&Run::protocol>("protocol"),
      field<&Run::rigour>("rigour"),
      field<&Run::seed>("seed"),
      field<&Run::settings>("settings"),
      field<&Run::verdict>("verdict"),
      field<&Run::who>("who"),
      field<&Run::started_unix>("started_unix"),
      field<&Run::cost_seconds>("cost_seconds"),
      field<&Run::version>("tool_version"),
      field<&Run::commit>("tool_commit"),
  };
  static constexpr Table<Run> table{"run", keys, columns};
  return table;
}

const Table<Measurement>& measurements() {
  using M = Measurement;
  static constexpr const char* keys[] = {"run_id", "problem_id", "candidate_id", "environment_id"};
  static constexpr Column<M> columns[] = {
      field<&M::outcome>("outcome"),
      field<&M::reason>("reason"),
      derived<M>("n", [](const M& row) { return to_value(std::uint64_t{row.samples.size()}); }),
      derived<M>("median_seconds",
                 [](const M& row) -> Value {
                   if (row.samples.empty()) return {};
                   return to_value(median(seconds_of(row)));
                 }),
      interval<0>("interval_low_seconds"),
      interval<1>("interval_high_seconds"),
      field<&M::first_call_seconds>("first_call_seconds"),
      field<&M::create_seconds>("create_seconds"),
      field<&M::reorder_source_seconds>("reorder_source_seconds"),
      field<&M::reorder_destination_seconds>("reorder_destination_seconds"),
      field<&M::candidate, &Candidate::workspace_bytes>("workspace_bytes"),
      field<&M::candidate, &Candidate::deterministic>("deterministic_declared"),
      field<&M::deterministic_observed>("deterministic_observed"),
      field<&M::error, &CheckError::exact>("error_exact"),
      field<&M::error, &CheckError::scaled_max>("error_scaled_max"),
      field<&M::error, &CheckError::bound>("error_bound"),
      field<&M::candidate, &Candidate::error_factor>("error_factor"),
      field<&M::candidate, &Candidate::layouts, &Layouts::source>("source_layout"),
      field<&M::candidate, &Candidate::layouts, &Layouts::filter>("filter_layout"),
      field<&M::candidate, &Candidate::layouts, &Layouts::destination>("destination_layout"),
      field<&M::candidate, &Candidate::baseline>("baseline"),
      field<&M::candidate, &Candidate::slowdown>("slowdown"),
      field<&M::candidate, &Candidate::notes>("notes"),
  };
  static constexpr Table<M> table{"measurement", keys, columns};
  return table;
}

const Table<Measurement>& samples() {
  static constexpr const char* keys[] = {"measurement_id"};
  static constexpr Column<Measurement> columns[] = {
      {"packed", [](const Measurement& row) -> Value { return pack(row.samples); },
       [](const Value& value, Measurement& row) {
         const auto* packed = std::get_if<Blob>(&value);
         if (!packed) throw BadRow("a measurement has no samples");
         row.samples = unpack(*packed);
       }},
  };
  static constexpr Table<Measurement> table{"sample", keys, columns};
  return table;
}

const Table<Denial>& denials() {
  static constexpr const char* keys[] = {"content", "imported"};
  static constexpr Column<Denial> columns[] = {
      field<&Denial::pattern>("pattern"),       field<&Denial::range>("environment"),
      field<&Denial::reason>("reason"),         field<&Denial::origin>("origin"),
      field<&Denial::filed_unix>("filed_unix"),
  };
  static constexpr Table<Denial> table{"denylist", keys, columns};
  return table;
}

}  // namespace convtune::db
