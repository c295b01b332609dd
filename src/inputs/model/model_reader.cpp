// Walks the graphs of a model node by node, in their order, which ONNX demands to be that of
// computation.
#include "model/model_reader.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <convtune/error.hpp>

#include "model/attributes.hpp"
#include "model/convolution.hpp"
#include "model/step.hpp"

namespace convtune {
namespace {

using Versions = std::map<std::string, int>;  ///< of the operators, by domain
using Nodes = google::protobuf::RepeatedPtrField<onnx::NodeProto>;

/// A node computes more than anybody waits for.
struct TooMuch {};

/// What surrounds the nodes of a graph.
struct Surroundings {
  const Versions& versions;
  std::string prefix;  ///< of names, within a function
  int depth = 0;
};

std::string own_domain(const std::string& domain) {
  return domain == "ai.onnx" ? "" : domain;
}

/// Fit for a message, and not the whole of a name that goes on and on.
std::string shown(const std::string& name) {
  constexpr std::size_t longest = 200;
  return printable(std::string_view(name).substr(0, longest));
}

std::string name_of(const onnx::NodeProto& node) {
  if (!node.name().empty()) return shown(node.name());
  return node.output_size() > 0 ? shown(node.output(0)) : "without a name";
}

/// Sizes that differ are not known.
void unite(Value& value, const Value& other) {
  const Dimensions *const mine = value.shape(), *const theirs = other.shape();
  value.known.reset();
  value.contents = nullptr;
  value.constant = false;
  if (mine == nullptr) return;
  if (theirs == nullptr || mine->dim_size() != theirs->dim_size()) {
    value.type.mutable_tensor_type()->clear_shape();
    return;
  }
  for (int i = 0; i < mine->dim_size(); ++i) {
    const Dimension &a = mine->dim(i), &b = theirs->dim(i);
    const bool equal = a.has_dim_value() ? b.has_dim_value() && a.dim_value() == b.dim_value()
                                         : a.dim_param() == b.dim_param();
    if (!equal) value.mutable_shape().mutable_dim(i)->Clear();
  }
}

bool same_shape(const Value& a, const Value& b) {
  Value united = a;
  unite(united, b);
  return united.type.SerializeAsString() == a.type.SerializeAsString();
}

class ModelReader {
 public:
  ModelReader(const onnx::ModelProto& model, const OpenDimensions& dimensions, std::string source,
              const Asking& asking)
      : model_(model), dimensions_(dimensions), source_(std::move(source)), asking_(asking) {}

  ProblemList read() {
    const Versions versions = versions_of(model_.opset_import());
    for (const onnx::FunctionProto& function : model_.functions())
      functions_[{own_domain(function.domain()), function.name()}] = &function;
    Scope scope;
    const onnx::GraphProto& graph = model_.graph();
    for (const onnx::ValueInfoProto& input : graph.input())
      scope.set(input.name(), declared(input));
    read_graph(graph, scope, {.versions = versions, .prefix = "", .depth = 0});
    report();
    return std::move(list_);
  }

 private:
  static Versions versions_of(
      const google::protobuf::RepeatedPtrField<onnx::OperatorSetIdProto>& imports) {
    Versions versions;
    for (const onnx::OperatorSetIdProto& import : imports)
      versions[own_domain(import.domain())] =
          static_cast<int>(std::clamp<std::int64_t>(import.version(), 1, 1000));
    return versions;
  }

  /// A value as the model declares it, with the sizes that the caller says.
  Value declared(const onnx::ValueInfoProto& info) {
    Value value;
    value.type = info.type();
    if (value.shape() == nullptr) return value;
    for (int i = 0; i < value.shape()->dim_size(); ++i) {
      Dimension& dimension = *value.mutable_shape().mutable_dim(i);
      if (size_of(dimension)) continue;
      std::string name = shown(dimension.dim_param());
      if (name.empty()) name = shown(info.name()) + "." + std::to_string(i);
      dimension.set_dim_param(name);
      open_.insert(name);
      if (const auto said = dimensions_.find(name); said != dimensions_.end())
        dimension.set_dim_value(said->second);
    }
    return value;
  }

  void read_graph(const onnx::GraphProto& graph, Scope& scope, const Surroundings& around) {
    for (const onnx::TensorProto& tensor : graph.initializer())
      scope.set(tensor.name(), value_of(tensor));
    for (const onnx::SparseTensorProto& sparse : graph.sparse_initializer()) {
      Value value = value_of(sparse.values());
      value.contents = nullptr;
      value.known.reset();
      value.mutable_shape() = shape_of({sparse.dims().begin(), sparse.dims().end()});
      scope.set(sparse.values().name(), value);
    }
    std::map<std::string, const onnx::ValueInfoProto*> declarations;
    for (const onnx::ValueInfoProto& info : graph.value_info()) declarations[info.name()] = &info;
    for (const onnx::ValueInfoProto& info : graph.output()) declarations[info.name()] = &info;
    read_nodes(graph.node(), scope, around, declarations);
  }

  using Declarations = std::map<std::string, const onnx::ValueInfoProto*>;

  void read_nodes(const Nodes& nodes, Scope& scope, const Surroundings& around,
                  const Declarations& declarations) {
    for (const onnx::NodeProto& node : nodes) {
      if (around.depth > 0 && ++visited_ > most_nodes) throw TooMuch();
      const auto version = around.versions.find(own_domain(node.domain()));
      Step step{.node = node,
                .version = version == around.versions.end() ? 1 : version->second,
                .inputs = {},
                .outputs = std::vector<Value>(static_cast<std::size_t>(node.output_size()))};
      for (const std::string& name : node.input())
        step.inputs.push_back(name.empty() ? nullptr : scope.find(name));
      compute_within_bounds(step, scope, around);
      for (int i = 0; i < node.output_size(); ++i) {
        Value& output = step.outputs[static_cast<std::size_t>(i)];
        if (const auto info = declarations.find(node.output(i)); info != declarations.end())
          adopt(output, *info->second);
        blame(output, step);
        if (!node.output(i).empty()) scope.set(node.output(i), std::move(output));
      }
    }
  }

  /// The nodes that stand in the model itself are read whatever one of them holds.
  void compute_within_bounds(Step& step, Scope& scope, const Surroundings& around) {
    try {
      compute(step, scope, around);
    } catch (const TooMuch&) {
      if (around.depth > 0) throw;
      silent_ = 0;
      refuse(step.node, around, "it computes more than 500 000 nodes: it is not read further");
    }
  }

  void compute(Step& step, Scope& scope, const Surroundings& around) {
    if (const auto convolution = read_convolution(step)) {
      take(*convolution, step.node, around);
      note_constant(step);
      return;
    }
    const std::string& name = step.node.op_type();
    const auto function = functions_.find({own_domain(step.node.domain()), name});
    if (function != functions_.end()) {
      read_function(step, *function->second, around);
    } else if (name == "Constant") {
      read_constant(step, around);
    } else if (name == "If" || name == "Loop" || name == "Scan") {
      read_inner(step, scope, around);
    } else {
      infer(step, around);
      note_constant(step);
    }
  }

  /// libonnx, unless it is known not to survive the question.
  void ask_library(Step& step, const Surroundings& around) const {
    const std::string& op = step.node.op_type();
    if (!asking_.may_ask(op)) return;
    asking_.tell(op + "\n" + titled(step.node, around));
    infer_by_library(step);
    asking_.tell("");
  }

  void infer(Step& step, const Surroundings& around) const {
    bool ruled = false;
    try {
      ruled = infer_by_rule(step);
    } catch (const Error&) {
      ruled = true;  // the node says what is impossible: its output is not known
    }
    if (!ruled) ask_library(step, around);
    if (!ruled && !step.outputs.empty() && step.outputs[0].shape() == nullptr)
      (void)infer_by_name(step);
    fold(step);
    // Numbers that did not come out of a computation on integers are none.
    for (Value& output : step.outputs)
      if (output.known && output.shape() != nullptr && output.shape()->dim_size() > 1)
        output.known.reset();
  }

  static void note_constant(Step& step) {
    const bool constant =
        !step.inputs.empty() &&
        std::ranges::all_of(
            step.inputs, [](const Value* input) { return input == nullptr || input->constant; }) &&
        std::ranges::any_of(step.inputs, [](const Value* input) { return input != nullptr; });
    for (Value& output : step.outputs) output.constant = constant;
  }

  void read_constant(Step& step, const Surroundings& around) const {
    if (step.outputs.empty()) return;
    if (const auto* const tensor = attribute(step.node, "value");
        tensor != nullptr && tensor->has_t())
      step.outputs[0] = value_of(tensor->t());
    else
      ask_library(step, around);
    if (const auto* const whole = attribute(step.node, "value_int"))
      step.outputs[0].known = shape_of({whole->i()});
    if (const auto* const list = attribute(step.node, "value_ints");
        list && list->ints_size() <= 1024)
      step.outputs[0].known = shape_of({list->ints().begin(), list->ints().end()});
    step.outputs[0].constant = true;
  }

  /// What inference did not find but the model says.
  void adopt(Value& output, const onnx::ValueInfoProto& info) {
    if (!info.type().has_tensor_type()) return;
    const Value said = declared_inside(info);
    if (output.element_type() == onnx::TensorProto::UNDEFINED)
      output.type.mutable_tensor_type()->set_elem_type(said.element_type());
    if (said.shape() == nullptr) return;
    if (output.shape() == nullptr) {
      output.mutable_shape() = *said.shape();
    } else if (output.shape()->dim_size() == said.shape()->dim_size()) {
      for (int i = 0; i < said.shape()->dim_size(); ++i)
        if (Dimension& mine = *output.mutable_shape().mutable_dim(i); !size_of(mine))
          if (size_of(said.shape()->dim(i)) || !mine.has_dim_param()) mine = said.shape()->dim(i);
    }
  }

  /// Only sizes and names that are said: inside a graph nobody can be asked for others.
  Value declared_inside(const onnx::ValueInfoProto& info) const {
    Value value;
    value.type = info.type();
    if (value.shape() == nullptr) return value;
    for (Dimension& dimension : *value.mutable_shape().mutable_dim()) {
      if (size_of(dimension)) continue;
      const auto said = dimensions_.find(shown(dimension.dim_param()));
      if (said != dimensions_.end())
        dimension.set_dim_value(said->second);
      else if (dimension.has_dim_value())
        dimension.Clear();
    }
    return value;
  }

  static bool nameless(const Value& value) {
    return value.shape() == nullptr ||
           std::ranges::any_of(value.shape()->dim(), [](const Dimension& dimension) {
             return !size_of(dimension) && dimension.dim_param().empty();
           });
  }

  /// Who lost the shape: the first node that did.
  static void blame(Value& output, const Step& step) {
    if (!nameless(output)) return;
    for (const Value* input : step.inputs)
      if (input != nullptr && !input->lost.empty()) {
        output.lost = input->lost;
        return;
      }
    output.lost = "node '" + name_of(step.node) + "' (" + shown(step.node.op_type()) + ")";
  }

  void read_function(Step& step, const onnx::FunctionProto& function, const Surroundings& around) {
    if (around.depth >= deepest)
      return refuse(step.node, around,
                    "functions that call each other more than 16 deep are not read");
    if (visited_ > most_nodes) throw TooMuch();
    Scope scope;
    for (int i = 0; i < function.input_size(); ++i)
      if (step.has(static_cast<std::size_t>(i)))
        scope.set(function.input(i), *step.inputs[static_cast<std::size_t>(i)]);
    Nodes nodes;
    for (const onnx::NodeProto& node : function.node())
      *nodes.Add() = with_attributes(node, step.node);
    visited_ += static_cast<std::size_t>(nodes.size());  // they were copied
    const Versions versions = versions_of(function.opset_import());
    // Constants point into the copied nodes, which are gone afterwards.
    read_nodes(nodes, scope,
               {.versions = versions,
                .prefix = around.prefix + name_of(step.node) + "/",
                .depth = around.depth + 1},
               {});
    for (int i = 0; i < function.output_size() && i < static_cast<int>(step.outputs.size()); ++i)
      if (const Value* const result = scope.find(function.output(i))) {
        step.outputs[static_cast<std::size_t>(i)] = *result;
        step.outputs[static_cast<std::size_t>(i)].contents = nullptr;
      }
  }

  /// Attributes of a function's node may stand for those of the call.
  static onnx::NodeProto with_attributes(onnx::NodeProto node, const onnx::NodeProto& call) {
    google::protobuf::RepeatedPtrField<onnx::AttributeProto> attributes;
    for (const onnx::AttributeProto& own : node.attribute()) {
      if (own.ref_attr_name().empty()) {
        *attributes.Add() = own;
      } else if (const auto* const given = attribute(call, own.ref_attr_name())) {
        *attributes.Add() = *given;
        attributes.rbegin()->set_name(own.name());
      }
    }
    *node.mutable_attribute() = std::move(attributes);
    return node;
  }

  void read_inner(Step& step, Scope& scope, const Surroundings& around) {
    if (around.depth >= deepest)
      return refuse(step.node, around, "graphs that are nested more than 16 deep are not read");
    Surroundings inside = around;
    ++inside.depth;
    const std::string& name = step.node.op_type();
    if (name == "If")
      read_branches(step, scope, inside);
    else if (name == "Loop")
      read_loop(step, scope, inside);
    else
      read_scan(step, scope, inside);
  }

  const onnx::GraphProto* inner_graph(const Step& step, const char* name) const {
    const auto* const found = attribute(step.node, name);
    return found != nullptr && found->has_g() ? &found->g() : nullptr;
  }

  std::vector<Value> outputs_of(const onnx::GraphProto& graph, Scope& scope,
                                const Surroundings& around) {
    read_graph(graph, scope, around);
    std::vector<Value> outputs;
    for (const onnx::ValueInfoProto& output : graph.output()) {
      const Value* const found = scope.find(output.name());
      outputs.push_back(found != nullptr ? *found : Value());
    }
    return outputs;
  }

  void read_branches(Step& step, const Scope& scope, const Surroundings& around) {
    bool first = true;
    for (const char* const branch : {"then_branch", "else_branch"}) {
      const auto* const graph = inner_graph(step, branch);
      if (graph == nullptr) continue;
      Scope inside(&scope);
      const std::vector<Value> outputs = outputs_of(*graph, inside, around);
      for (std::size_t i = 0; i < std::min(outputs.size(), step.outputs.size()); ++i)
        if (first)
          step.outputs[i] = outputs[i];
        else
          unite(step.outputs[i], outputs[i]);
      first = false;
    }
  }

  /// Loop(count, condition, carried...), whose body takes and gives (number, condition, carried...)
  /// and gives what is stacked. Sizes that change from one pass to the next are not known.
  void read_loop(Step& step, const Scope& scope, const Surroundings& around) {
    const auto* const body = inner_graph(step, "body");
    if (body == nullptr) return;
    std::vector<Value> carried;
    for (std::size_t i = 2; i < step.inputs.size(); ++i) {
      carried.push_back(step.has(i) ? *step.inputs[i] : Value());
      unite(carried.back(), Value(carried.back()));  // no longer one number
    }
    const auto pass = [&] {
      Scope inside(&scope);
      for (int i = 0; i < body->input_size(); ++i)
        inside.set(body->input(i).name(), i >= 2 && static_cast<std::size_t>(i - 2) < carried.size()
                                              ? carried[static_cast<std::size_t>(i - 2)]
                                              : declared_inside(body->input(i)));
      return outputs_of(*body, inside, around);
    };
    ++silent_;
    std::vector<Value> results = pass();
    for (std::size_t i = 0; i < carried.size() && i + 1 < results.size(); ++i)
      if (!same_shape(carried[i], results[i + 1])) {
        unite(carried[i], results[i + 1]);
        carried[i].lost = "node '" + name_of(step.node) + "' (Loop)";
      }
    --silent_;
    results = pass();
    give_back(step, results, carried, 1);
  }

  /// Scan(carried..., scanned...) of version 9 on: the body takes a slice of what is scanned.
  void read_scan(Step& step, const Scope& scope, const Surroundings& around) {
    const auto* const body = inner_graph(step, "body");
    const std::int64_t scanned = integer(step.node, "num_scan_inputs", 0);
    const auto count = static_cast<std::int64_t>(step.inputs.size());
    if (body == nullptr || step.version < 9 || scanned < 1 || scanned > count ||
        body->input_size() != count)
      return;
    Scope inside(&scope);
    std::vector<Value> carried;
    for (std::int64_t i = 0; i < count; ++i) {
      const auto at = static_cast<std::size_t>(i);
      Value value = step.has(at) ? *step.inputs[at] : Value();
      unite(value, Value(value));
      if (i >= count - scanned)
        drop_first(value, integers(step.node, "scan_input_axes"));
      else
        carried.push_back(value);
      inside.set(body->input(static_cast<int>(i)).name(), value);
    }
    give_back(step, outputs_of(*body, inside, around), carried, 0);
  }

  static void drop_first(Value& value, const std::vector<std::int64_t>& axes) {
    const bool usual = std::ranges::all_of(axes, [](std::int64_t axis) { return axis == 0; });
    if (value.shape() == nullptr) return;
    if (!usual || value.shape()->dim_size() == 0)
      value.type.mutable_tensor_type()->clear_shape();
    else
      value.mutable_shape().mutable_dim()->erase(value.mutable_shape().mutable_dim()->begin());
  }

  /// What a body gave: `skipped` results, then what was carried, then what was stacked.
  static void give_back(Step& step, const std::vector<Value>& results,
                        const std::vector<Value>& carried, std::size_t skipped) {
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

  /// "node 'name' (Op)"
  static std::string titled(const onnx::NodeProto& node, const Surroundings& around) {
    return "node '" + around.prefix + name_of(node) + "' (" + shown(node.op_type()) + ")";
  }

  void refuse(const onnx::NodeProto& node, const Surroundings& around, const std::string& why) {
    if (silent_ > 0 || ++lost_ > most_notes) return;
    list_.notes.push_back(
        {.where = source_ + ": " + titled(node, around), .text = why, .rejected = true});
  }

  void take(const ReadConvolution& read, const onnx::NodeProto& node, const Surroundings& around) {
    if (silent_ > 0) return;
    if (!read.problem) return refuse(node, around, read.missing);
    list_.problems.push_back({.problem = *read.problem, .names = {around.prefix + name_of(node)}});
    if (!read.remark.empty()) ++remarks_[read.remark];
  }

  void report() {
    if (lost_ > most_notes)
      list_.notes.push_back(
          {.where = source_,
           .text = std::to_string(lost_ - most_notes) + " further nodes could not be read",
           .rejected = true});
    for (const auto& [what, count] : remarks_)
      list_.notes.push_back({.where = source_,
                             .text = what + " is not part of the problem (" +
                                     std::to_string(count) + (count == 1 ? " node)" : " nodes)"),
                             .rejected = false});
    std::string names;
    for (const std::string& name : open_) names += (names.empty() ? "" : ", ") + name;
    for (const auto& [name, size] : dimensions_)
      if (!open_.contains(name))
        list_.notes.push_back({.where = source_,
                               .text = "it has no open dimension '" + shown(name) + "'" +
                                       (names.empty() ? "" : " (open are: " + names + ")"),
                               .rejected = false});
  }

  static constexpr int deepest = 16;
  static constexpr std::size_t most_nodes = 500'000, most_notes = 1000;

  const onnx::ModelProto& model_;
  const OpenDimensions& dimensions_;
  std::string source_;
  const Asking& asking_;
  std::map<std::pair<std::string, std::string>, const onnx::FunctionProto*> functions_;
  std::set<std::string> open_;
  std::map<std::string, int> remarks_;
  std::size_t visited_ = 0, lost_ = 0;
  int silent_ = 0;
  ProblemList list_;
};

}  // namespace

ProblemList read_model(const onnx::ModelProto& model, const OpenDimensions& dimensions,
                       const std::string& source_name, const Asking& asking) {
  return ModelReader(model, dimensions, source_name, asking).read();
}

}  // namespace convtune
