#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <onnx/onnx_pb.h>

namespace convtune {

using Dimensions = onnx::TensorShapeProto;
using Dimension = onnx::TensorShapeProto::Dimension;

/// What is known of a value in a graph.
struct Value {
  onnx::TypeProto type;             ///< may lack a shape, or sizes in it
  std::optional<Dimensions> known;  ///< its integers, where it is a number or a list of them
  const onnx::TensorProto* contents = nullptr;  ///< of small initializers and constants
  bool constant = false;                        ///< the same whatever the inputs of the model are
  std::string lost;  ///< the node behind which its shape is not known, or nothing

  /// Null where the number of dimensions is not known.
  const Dimensions* shape() const;
  Dimensions& mutable_shape() { return *type.mutable_tensor_type()->mutable_shape(); }
  std::int32_t element_type() const { return type.tensor_type().elem_type(); }
};

/// The values of a graph by name; those of the graphs around it are seen too.
class Scope {
 public:
  explicit Scope(const Scope* outer = nullptr) : outer_(outer) {}

  /// Null for what nobody defined. The pointer holds until the value is set again.
  const Value* find(const std::string& name) const;
  /// What goes beyond all that shapes are made of is not known from then on.
  void set(const std::string& name, Value value);

 private:
  const Scope* outer_;
  std::unordered_map<std::string, Value> values_;
};

/// Leaves in `value` what holds for `other` too; sizes that differ are not known.
void unite(Value& value, const Value& other);

bool equal_shapes(const Value& a, const Value& b);

/// "[batch, 3, 224, ?]"
std::string shape_text(const Dimensions& shape);

std::optional<std::int64_t> size_of(const Dimension& dimension);

/// Where all are known.
std::optional<std::vector<std::int64_t>> sizes_of(const Dimensions& shape);

Dimensions shape_of(const std::vector<std::int64_t>& sizes);

/// The numbers of a small tensor, if all are whole.
std::optional<Dimensions> integers_of(const onnx::TensorProto& tensor);

/// A value that an initializer or a constant holds.
Value value_of(const onnx::TensorProto& tensor);

}  // namespace convtune
