// Options of benchdnn's batch files that say something about a problem.
#include "batch_options.hpp"

#include <array>
#include <utility>

#include "benchdnn.hpp"
#include "text_reader.hpp"

namespace convtune {
namespace {

/// Reads every value of "--dir=FWD_D,BWD_D" behind the '='.
template <typename Read>
auto read_list(TextReader& in, Read read) {
  std::vector<decltype(read())> values;
  do values.push_back(read());
  while (in.accept(","));
  if (!in.done()) in.fail("',' or the end");
  return values;
}

template <typename Value>
std::vector<Value> read_names(TextReader& in, std::optional<Value> (*named)(std::string_view),
                              const char* expected) {
  return read_list(in, [&] {
    const std::size_t start = in.position();
    const std::optional<Value> value = named(in.until(","));
    if (!value) in.fail_at(start, expected);
    return *value;
  });
}

/// "u8s8f32": one or three type names without anything between them.
std::vector<DataType> joined_types(std::string_view name) {
  std::vector<DataType> types;
  while (!name.empty()) {
    std::optional<DataType> type;
    for (std::size_t length = 2; length <= 4 && length <= name.size() && !type; ++length)
      if ((type = data_type(name.substr(0, length)))) name.remove_prefix(length);
    if (!type) return {};
    types.push_back(*type);
  }
  return types;
}

}  // namespace

std::optional<BatchOptions::Kind> BatchOptions::kind(std::string_view name) {
  if (name == "FWD_D" || name == "FWD_I") return Kind{};
  if (name == "FWD_B") return Kind{.bias = true};
  if (name == "BWD_D") return Kind{.direction = Direction::backward_data};
  if (name == "BWD_W") return Kind{.direction = Direction::backward_weights};
  return std::nullopt;
}

std::optional<BatchOptions::Types> BatchOptions::types(std::string_view name) {
  std::vector<DataType> read;
  for (std::string_view rest = name;;) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    const std::optional<DataType> type = data_type(rest.substr(0, end));
    if (!type) return std::nullopt;
    read.push_back(*type);
    if (end == rest.size()) break;
    rest.remove_prefix(end + 1);
  }
  if (read.size() == 1) return Types{read[0], read[0], read[0]};
  if (read.size() == 3) return Types{read[0], read[1], read[2]};
  return std::nullopt;
}

std::optional<BatchOptions::Types> BatchOptions::configuration(std::string_view name) {
  const std::vector<DataType> read = joined_types(name);
  if (read.size() == 1) return Types{read[0], read[0], read[0]};
  if (read.size() == 3) return Types{read[0], read[1], read[2]};
  return std::nullopt;
}

std::string BatchOptions::key(std::string_view option) {
  const std::string_view name = option.substr(0, option.find('='));
  return std::string(name == "--cfg" ? "--dt" : name);  // either replaces the other
}

std::string BatchOptions::unconcerned(std::string_view option) {
  const std::string_view name = option.substr(0, option.find('='));
  if (option == "--reset" ||
      (name != option && (name == "--dir" || name == "--dt" || name == "--cfg" || name == "--mb")))
    return {};
  if (name == "--stag" || name == "--wtag" || name == "--dtag")
    return "is not taken over (how tensors lie is said by --layout)";
  if (name.starts_with("--attr-"))
    return "is not taken over (what is fused is said in convtune's own text: _bias, _relu, _acc)";
  return "does not concern the problem";
}

void BatchOptions::set(std::string_view option) {
  TextReader in(option);
  if (in.accept("--dir=")) {
    kinds_ = read_names(in, kind, "a direction (FWD_D, FWD_B, FWD_I, BWD_D or BWD_W)");
  } else if (in.accept("--dt=")) {
    types_ =
        read_names(in, types, "a type, or those of source, filter and destination (f32:f32:f32)");
  } else if (in.accept("--cfg=")) {
    types_ = read_names(in, configuration, "a configuration of one or three types (f32, u8s8f32)");
  } else if (in.accept("--mb=")) {
    batches_ = read_list(in, [&in] { return in.number(); });
  } else {
    *this = BatchOptions();  // --reset
  }
}

std::vector<ListedProblem> BatchOptions::problems(std::string_view text) const {
  const BenchdnnDescriptor descriptor = parse_benchdnn(text);
  std::vector<ListedProblem> problems;
  for (const Kind& kind : kinds_)
    for (const Types& types : types_)
      for (const std::int64_t batch : batches_) {
        ConvShape shape = descriptor.shape;
        shape.direction = kind.direction;
        shape.bias = kind.bias;
        shape.source_type = types.source;
        shape.filter_type = types.filter;
        shape.destination_type = types.destination;
        shape.accumulation = usual_accumulation(types.source);
        if (batch != 0) shape.batch = batch;
        problems.push_back(
            {.problem = ConvProblem::make(shape), .names = {}, .repeats = descriptor.repeats});
        if (!descriptor.name.empty()) problems.back().names = {descriptor.name};
      }
  return problems;
}

}  // namespace convtune
