#include "model/values.hpp"

#include <cmath>

#include <onnx/defs/tensor_proto_util.h>

namespace convtune {
namespace {

constexpr int most_integers = 1024;  // lists of sizes are short
constexpr int most_axes = 64;

template <typename Integer>
Dimensions as_dimensions(const std::vector<Integer>& integers) {
  Dimensions known;
  for (const Integer integer : integers)
    known.add_dim()->set_dim_value(static_cast<std::int64_t>(integer));
  return known;
}

/// Exporters compute sizes in floating point too: "2.0" is a whole number.
std::optional<Dimensions> whole_numbers(const std::vector<float>& numbers, std::int64_t count) {
  constexpr float largest = 1 << 24;  // below, every whole number is exact
  if (static_cast<std::int64_t>(numbers.size()) != count) return std::nullopt;
  for (const float number : numbers)
    if (!(std::fabs(number) < largest) || std::trunc(number) != number) return std::nullopt;
  return as_dimensions(numbers);
}

std::size_t element_bytes(std::int32_t type) {
  switch (type) {
    case onnx::TensorProto::INT64:
    case onnx::TensorProto::UINT64:
    case onnx::TensorProto::DOUBLE:
    case onnx::TensorProto::COMPLEX64: return 8;
    case onnx::TensorProto::INT32:
    case onnx::TensorProto::UINT32:
    case onnx::TensorProto::FLOAT: return 4;
    case onnx::TensorProto::COMPLEX128: return 16;
    default: return 1;  // nobody reads numbers of the others
  }
}

/// libonnx copies bytes of a last element that is not whole past the end of what it makes for them.
bool whole_elements(const onnx::TensorProto& tensor) {
  return tensor.raw_data().size() % element_bytes(tensor.data_type()) == 0;
}

}  // namespace

const Dimensions* Value::shape() const {
  return type.has_tensor_type() && type.tensor_type().has_shape() ? &type.tensor_type().shape()
                                                                  : nullptr;
}

const Value* Scope::find(const std::string& name) const {
  for (const Scope* scope = this; scope != nullptr; scope = scope->outer_)
    if (const auto found = scope->values_.find(name); found != scope->values_.end())
      return &found->second;
  return nullptr;
}

void Scope::set(const std::string& name, Value value) {
  if (value.known && value.known->dim_size() > most_integers) value.known.reset();
  if (value.shape() != nullptr && value.shape()->dim_size() > most_axes)
    value.type.mutable_tensor_type()->clear_shape();
  values_[name] = std::move(value);
}

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

bool equal_shapes(const Value& a, const Value& b) {
  Value united = a;
  unite(united, b);
  return united.type.SerializeAsString() == a.type.SerializeAsString();
}

std::string shape_text(const Dimensions& shape) {
  std::string text;
  for (const Dimension& dimension : shape.dim()) {
    if (!text.empty()) text += ", ";
    text += dimension.has_dim_value() ? std::to_string(dimension.dim_value())
            : dimension.has_dim_param() && !dimension.dim_param().empty() ? dimension.dim_param()
                                                                          : "?";
  }
  return "[" + text + "]";
}

std::optional<std::int64_t> size_of(const Dimension& dimension) {
  if (!dimension.has_dim_value() || dimension.dim_value() < 0) return std::nullopt;
  return dimension.dim_value();
}

std::optional<std::vector<std::int64_t>> sizes_of(const Dimensions& shape) {
  std::vector<std::int64_t> sizes;
  for (const Dimension& dimension : shape.dim()) {
    const auto size = size_of(dimension);
    if (!size) return std::nullopt;
    sizes.push_back(*size);
  }
  return sizes;
}

Dimensions shape_of(const std::vector<std::int64_t>& sizes) {
  return as_dimensions(sizes);
}

std::optional<Dimensions> integers_of(const onnx::TensorProto& tensor) {
  if (tensor.dims_size() > 1 || tensor.data_location() == onnx::TensorProto::EXTERNAL)
    return std::nullopt;
  const std::int64_t count = tensor.dims_size() == 0 ? 1 : tensor.dims(0);
  if (count < 0 || count > most_integers) return std::nullopt;
  Dimensions known;
  if (tensor.data_type() == onnx::TensorProto::INT64)
    known = as_dimensions(onnx::ParseData<std::int64_t>(&tensor));
  else if (tensor.data_type() == onnx::TensorProto::INT32)
    known = as_dimensions(onnx::ParseData<std::int32_t>(&tensor));
  else if (tensor.data_type() == onnx::TensorProto::FLOAT)
    return whole_numbers(onnx::ParseData<float>(&tensor), count);
  else
    return std::nullopt;
  if (known.dim_size() != count) return std::nullopt;
  return known;
}

Value value_of(const onnx::TensorProto& tensor) {
  Value value;
  value.constant = true;
  value.type.mutable_tensor_type()->set_elem_type(tensor.data_type());
  Dimensions& shape = value.mutable_shape();
  for (const std::int64_t size : tensor.dims()) {
    Dimension* const dimension = shape.add_dim();
    if (size >= 0) dimension->set_dim_value(size);
  }
  if (tensor.data_location() == onnx::TensorProto::EXTERNAL || !whole_elements(tensor))
    return value;
  try {
    value.known = integers_of(tensor);
    value.contents = &tensor;
  } catch (const std::exception&) {
    value.known.reset();  // the library says what is wrong with it; nobody needs to know
  }
  return value;
}

}  // namespace convtune
