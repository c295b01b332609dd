#include "model/inner_graphs.hpp"

#include <algorithm>

#include "model/attributes.hpp"
#include "model/names.hpp"

namespace convtune {
namespace {

const onnx::GraphProto* graph_of(const Step& step, const char* name) {
  const auto* const found = attribute(step.node, name);
  return found != nullptr && found->has_g() ? &found->g() : nullptr;
}

/// The value of an input as it is in every pass: no longer one number.
Value varying(const Step& step, std::size_t input) {
  Value value = step.has(input) ? *step.inputs[input] : Value();
  unite(value, Value(value));
  return value;
}

void read_branches(Step& step, const ReadGraph& read) {
  bool first = true;
  for (const char* const branch : {"then_branch", "else_branch"}) {
    const auto* const graph = graph_of(step, branch);
    if (graph == nullptr) continue;
    const std::vector<Value> outputs = read({.graph = *graph});
    for (std::size_t i = 0; i < std::min(outputs.size(), step.outputs.size()); ++i)
      if (first)
        step.outputs[i] = outputs[i];
      else
        unite(step.outputs[i], outputs[i]);
    first = false;
  }
}

/// What a body gave: `skipped` results, then what was carried, then what was stacked.
void give_back(Step& step, const std::vector<Value>& results, const std::vector<Value>& carried,
               std::size_t skipped) {
  for (std::size_t i = 0; i < step.outputs.size() && i + skipped < results.size(); ++i) {
    Value& output = step.outputs[i];
    output = results[i + skipped];
    if (i < carried.size()) {
      unite(output, carried[i]);
    } else {
      unite(output, Value(output));
      if (output.shape() == nullptr) continue;
      Dimensions stacked;
      stacked.add_dim();
      stacked.MergeFrom(*output.shape());
      output.mutable_shape() = stacked;
    }
  }
}

/// Loop(count, condition, carried...), whose body takes and gives (number, condition, carried...)
/// and gives what is stacked. Sizes that change from one pass to the next are not known.
void read_loop(Step& step, const ReadGraph& read) {
  const auto* const body = graph_of(step, "body");
  if (body == nullptr) return;
  std::vector<Value> carried;
  for (std::size_t i = 2; i < step.inputs.size(); ++i) carried.push_back(varying(step, i));
  const auto pass = [&](bool silent) {
    InnerGraph inner = {.graph = *body, .inputs = {std::nullopt, std::nullopt}, .silent = silent};
    inner.inputs.insert(inner.inputs.end(), carried.begin(), carried.end());
    return read(inner);
  };
  std::vector<Value> results = pass(true);
  for (std::size_t i = 0; i < carried.size() && i + 1 < results.size(); ++i)
    if (!equal_shapes(carried[i], results[i + 1])) {
      unite(carried[i], results[i + 1]);
      carried[i].lost = "node '" + name_of(step.node) + "' (Loop)";
    }
  results = pass(false);
  give_back(step, results, carried, 1);
}

void drop_first(Value& value, const std::vector<std::int64_t>& axes) {
  const bool usual = std::ranges::all_of(axes, [](std::int64_t axis) { return axis == 0; });
  if (value.shape() == nullptr) return;
  if (!usual || value.shape()->dim_size() == 0)
    value.type.mutable_tensor_type()->clear_shape();
  else
    value.mutable_shape().mutable_dim()->erase(value.mutable_shape().mutable_dim()->begin());
}

/// Scan(carried..., scanned...) of version 9 on: the body takes a slice of what is scanned.
void read_scan(Step& step, const ReadGraph& read) {
  const auto* const body = graph_of(step, "body");
  const std::int64_t scanned = integer(step.node, "num_scan_inputs", 0);
  const auto count = static_cast<std::int64_t>(step.inputs.size());
  if (body == nullptr || step.version < 9 || scanned < 1 || scanned > count ||
      body->input_size() != count)
    return;
  InnerGraph inner = {.graph = *body};
  std::vector<Value> carried;
  for (std::int64_t i = 0; i < count; ++i) {
    Value value = varying(step, static_cast<std::size_t>(i));
    if (i >= count - scanned)
      drop_first(value, integers(step.node, "scan_input_axes"));
    else
      carried.push_back(value);
    inner.inputs.emplace_back(std::move(value));
  }
  give_back(step, read(inner), carried, 0);
}

struct Holder {
  std::string_view name;
  void (*read)(Step&, const ReadGraph&);
};

constexpr Holder holders[] = {{"If", read_branches}, {"Loop", read_loop}, {"Scan", read_scan}};

}  // namespace

bool holds_graphs(const onnx::NodeProto& node) {
  return std::ranges::count(holders, node.op_type(), &Holder::name) > 0;
}

void read_inner_graphs(Step& step, const ReadGraph& read) {
  std::ranges::find(holders, step.node.op_type(), &Holder::name)->read(step, read);
}

}  // namespace convtune
