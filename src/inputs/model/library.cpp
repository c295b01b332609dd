// Asks libonnx about one node at a time, so that our own rules take part and nothing is lost behind
// a node that it does not know.
#include <map>
#include <memory>

#include <onnx/defs/schema.h>

#include "model/attributes.hpp"
#include "model/step.hpp"

namespace convtune {
namespace {

class InferenceView final : public onnx::InferenceContext {
 public:
  explicit InferenceView(Step& step) : step_(step) {}

  const onnx::AttributeProto* getAttribute(const std::string& name) const override {
    return attribute(step_.node, name);
  }
  size_t getNumInputs() const override { return step_.inputs.size(); }
  const onnx::TypeProto* getInputType(size_t index) const override {
    if (!step_.has(index) ||
        step_.inputs[index]->type.value_case() == onnx::TypeProto::VALUE_NOT_SET)
      return nullptr;
    return &step_.inputs[index]->type;
  }
  const onnx::TensorProto* getInputData(size_t index) const override {
    if (!step_.has(index)) return nullptr;
    const Value& value = *step_.inputs[index];
    if (value.contents != nullptr) return value.contents;
    if (!value.known || !value.shape()) return nullptr;
    return as_tensor(index, *value.known, *value.shape(), value.element_type());
  }
  size_t getNumOutputs() const override { return step_.outputs.size(); }
  onnx::TypeProto* getOutputType(size_t index) override { return &step_.outputs.at(index).type; }
  onnx::GraphInferencer* getGraphAttributeInferencer(const std::string&) override {
    throw onnx::InferenceError("graphs in nodes are not its business");
  }
  const onnx::SparseTensorProto* getInputSparseData(size_t) const override { return nullptr; }
  const onnx::TensorShapeProto* getSymbolicInput(size_t index) const override {
    return step_.known(index);
  }

 private:
  /// Integers that were computed, as if they stood in the model.
  const onnx::TensorProto* as_tensor(std::size_t index, const Dimensions& known,
                                     const Dimensions& shape, std::int32_t type) const {
    const auto sizes = sizes_of(known);
    if (!sizes || shape.dim_size() > 1 ||
        (type != onnx::TensorProto::INT64 && type != onnx::TensorProto::INT32))
      return nullptr;
    onnx::TensorProto tensor;
    tensor.set_data_type(type);
    if (shape.dim_size() == 1) tensor.add_dims(known.dim_size());
    for (const std::int64_t size : *sizes)
      if (type == onnx::TensorProto::INT64)
        tensor.add_int64_data(size);
      else
        tensor.add_int32_data(static_cast<std::int32_t>(size));
    return &made_.insert_or_assign(index, std::move(tensor)).first->second;
  }

  Step& step_;
  mutable std::map<std::size_t, onnx::TensorProto> made_;
};

class PropagationView final : public onnx::DataPropagationContext {
 public:
  explicit PropagationView(Step& step) : step_(step) {}

  const onnx::AttributeProto* getAttribute(const std::string& name) const override {
    return attribute(step_.node, name);
  }
  size_t getNumInputs() const override { return step_.inputs.size(); }
  const onnx::TypeProto* getInputType(size_t index) const override {
    return step_.has(index) ? &step_.inputs[index]->type : nullptr;
  }
  size_t getNumOutputs() const override { return step_.outputs.size(); }
  const onnx::TypeProto* getOutputType(size_t index) const override {
    return &step_.outputs.at(index).type;
  }
  const onnx::TensorShapeProto* getInputData(size_t index) override { return step_.known(index); }
  void addOutputData(size_t index, onnx::TensorShapeProto&& known) override {
    step_.outputs.at(index).known = std::move(known);
  }

 private:
  Step& step_;
};

/// Whether the node has the inputs, outputs and kinds of attributes that the operator's functions
/// rely on. Attributes that only newer versions have do not matter to them.
bool fits(const onnx::OpSchema& schema, const Step& step) {
  const auto within = [](std::size_t count, int least, int most) {
    return static_cast<std::int64_t>(count) >= least && static_cast<std::int64_t>(count) <= most;
  };
  if (!within(step.inputs.size(), schema.min_input(), schema.max_input()) ||
      !within(step.outputs.size(), schema.min_output(), schema.max_output()))
    return false;
  // An input that may not be left out must be there, or the functions look at nothing.
  for (int i = 0; i < schema.min_input(); ++i)
    if (!step.has(static_cast<std::size_t>(i)) ||
        step.inputs[static_cast<std::size_t>(i)]->type.value_case() ==
            onnx::TypeProto::VALUE_NOT_SET)
      return false;
  for (const auto& [name, declared] : schema.attributes()) {
    const auto* const given = attribute(step.node, name);
    if (given == nullptr ? declared.required : given->type() != declared.type) return false;
  }
  return true;
}

}  // namespace

void infer_by_library(Step& step) {
  const onnx::OpSchema* const schema = onnx::OpSchemaRegistry::Schema(
      step.node.op_type(), step.version, step.node.domain() == "ai.onnx" ? "" : step.node.domain());
  if (schema == nullptr || !fits(*schema, step)) return;
  try {
    InferenceView view(step);
    if (schema->has_type_and_shape_inference_function())
      schema->GetTypeAndShapeInferenceFunction()(view);
  } catch (const std::exception&) {
    for (Value& output : step.outputs) output.type.Clear();
  }
  try {
    PropagationView view(step);
    if (schema->has_data_propagation_function()) schema->GetDataPropagationFunction()(view);
  } catch (const std::exception&) {
    for (Value& output : step.outputs) output.known.reset();
  }
}

}  // namespace convtune
