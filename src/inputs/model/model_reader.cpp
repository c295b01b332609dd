// Walks the graphs of a model node by node, in their order, which ONNX demands to be that of
// computation.
#include "model/model_reader.hpp"

#include <algorithm>
#include <map>

#include <convtune/error.hpp>

#include "model/attributes.hpp"
#include "model/convolution.hpp"
#include "model/declared.hpp"
#include "model/findings.hpp"
#include "model/inference.hpp"
#include "model/inner_graphs.hpp"
#include "model/names.hpp"

namespace convtune {
namespace {

using Versions = std::map<std::string, int>;  ///< of the operators, by domain
using Nodes = google::protobuf::RepeatedPtrField<onnx::NodeProto>;
using Declarations = std::map<std::string, const onnx::ValueInfoProto*>;

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

Versions versions_of(const google::protobuf::RepeatedPtrField<onnx::OperatorSetIdProto>& imports) {
  Versions versions;
  for (const onnx::OperatorSetIdProto& import : imports)
    versions[own_domain(import.domain())] =
        static_cast<int>(std::clamp<std::int64_t>(import.version(), 1, 1000));
  return versions;
}

/// Attributes of a function's node may stand for those of the call.
onnx::NodeProto with_attributes(onnx::NodeProto node, const onnx::NodeProto& call) {
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

/// Who lost the shape: the first node that did.
void blame(Value& output, const Step& step) {
  const bool whole = output.shape() != nullptr &&
                     std::ranges::none_of(output.shape()->dim(), [](const Dimension& dimension) {
                       return !size_of(dimension) && dimension.dim_param().empty();
                     });
  if (whole) return;
  for (const Value* input : step.inputs)
    if (input != nullptr && !input->lost.empty()) {
      output.lost = input->lost;
      return;
    }
  output.lost = titled(step.node);
}

class ModelReader {
 public:
  ModelReader(const onnx::ModelProto& model, const OpenDimensions& dimensions,
              const std::string& source, const Asking& asking)
      : model_(model), asking_(asking), declared_(dimensions), findings_(source) {}

  ProblemList read() {
    const Versions versions = versions_of(model_.opset_import());
    for (const onnx::FunctionProto& function : model_.functions())
      functions_[{own_domain(function.domain()), function.name()}] = &function;
    Scope scope;
    const onnx::GraphProto& graph = model_.graph();
    for (const onnx::ValueInfoProto& input : graph.input())
      scope.set(input.name(), declared_.input(input));
    read_graph(graph, scope, {.versions = versions, .prefix = "", .depth = 0});
    return std::move(findings_).list();
  }

  const DimensionNames& open() const { return declared_.open(); }

 private:
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
    Declarations declarations;
    for (const onnx::ValueInfoProto& info : graph.value_info()) declarations[info.name()] = &info;
    for (const onnx::ValueInfoProto& info : graph.output()) declarations[info.name()] = &info;
    read_nodes(graph.node(), scope, around, declarations);
  }

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
          declared_.complete(output, *info->second);
        blame(output, step);
        if (!node.output(i).empty()) scope.set(node.output(i), std::move(output));
      }
    }
  }

  /// The nodes that stand in the model itself are read whatever one of them holds.
  void compute_within_bounds(Step& step, const Scope& scope, const Surroundings& around) {
    try {
      compute(step, scope, around);
    } catch (const TooMuch&) {
      if (around.depth > 0) throw;
      findings_.speak_again();
      findings_.refuse(titled(step.node, around.prefix),
                       "it computes more than 500 000 nodes: it is not read further");
    }
  }

  void compute(Step& step, const Scope& scope, const Surroundings& around) {
    const std::string title = titled(step.node, around.prefix);
    if (const auto convolution = read_convolution(step)) {
      findings_.take(*convolution, around.prefix + name_of(step.node), title);
      return note_constant(step);
    }
    const auto function = functions_.find({own_domain(step.node.domain()), step.node.op_type()});
    if (function != functions_.end())
      read_function(step, *function->second, around);
    else if (holds_graphs(step.node))
      read_inner(step, scope, around);
    else
      infer(step, asking_, title);
  }

  void read_function(Step& step, const onnx::FunctionProto& function, const Surroundings& around) {
    if (around.depth >= deepest)
      return findings_.refuse(titled(step.node, around.prefix),
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

  void read_inner(Step& step, const Scope& scope, const Surroundings& around) {
    if (around.depth >= deepest)
      return findings_.refuse(titled(step.node, around.prefix),
                              "graphs that are nested more than 16 deep are not read");
    Surroundings inside = around;
    ++inside.depth;
    read_inner_graphs(step, [&](const InnerGraph& inner) {
      if (inner.silent) findings_.be_silent();
      std::vector<Value> outputs = outputs_of(inner, scope, inside);
      if (inner.silent) findings_.speak();
      return outputs;
    });
  }

  std::vector<Value> outputs_of(const InnerGraph& inner, const Scope& outer,
                                const Surroundings& around) {
    Scope scope(&outer);
    const onnx::GraphProto& graph = inner.graph;
    for (std::size_t i = 0; i < static_cast<std::size_t>(graph.input_size()); ++i) {
      const onnx::ValueInfoProto& input = graph.input(static_cast<int>(i));
      const bool given = i < inner.inputs.size() && inner.inputs[i];
      scope.set(input.name(), given ? *inner.inputs[i] : declared_.inside(input));
    }
    read_graph(graph, scope, around);
    std::vector<Value> outputs;
    for (const onnx::ValueInfoProto& output : graph.output()) {
      const Value* const found = scope.find(output.name());
      outputs.push_back(found != nullptr ? *found : Value());
    }
    return outputs;
  }

  static constexpr int deepest = 16;
  static constexpr std::size_t most_nodes = 500'000;  // within other nodes

  const onnx::ModelProto& model_;
  const Asking& asking_;
  Declared declared_;
  Findings findings_;
  std::map<std::pair<std::string, std::string>, const onnx::FunctionProto*> functions_;
  std::size_t visited_ = 0;
};

}  // namespace

ProblemList read_model(const onnx::ModelProto& model, const OpenDimensions& dimensions,
                       const std::string& source_name, const Asking& asking, DimensionNames& open) {
  ModelReader reader(model, dimensions, source_name, asking);
  ProblemList list = reader.read();
  open = reader.open();
  return list;
}

}  // namespace convtune
