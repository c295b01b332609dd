#include "model/declared.hpp"

#include "model/names.hpp"

namespace convtune {

Value Declared::input(const onnx::ValueInfoProto& info) {
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
    if (const auto said = said_.find(name); said != said_.end())
      dimension.set_dim_value(said->second);
  }
  return value;
}

Value Declared::inside(const onnx::ValueInfoProto& info) const {
  Value value;
  value.type = info.type();
  if (value.shape() == nullptr) return value;
  for (Dimension& dimension : *value.mutable_shape().mutable_dim()) {
    if (size_of(dimension)) continue;
    const auto said = said_.find(shown(dimension.dim_param()));
    if (said != said_.end())
      dimension.set_dim_value(said->second);
    else if (dimension.has_dim_value())
      dimension.Clear();
  }
  return value;
}

void Declared::complete(Value& value, const onnx::ValueInfoProto& info) const {
  if (!info.type().has_tensor_type()) return;
  const Value said = inside(info);
  if (value.element_type() == onnx::TensorProto::UNDEFINED)
    value.type.mutable_tensor_type()->set_elem_type(said.element_type());
  if (said.shape() == nullptr) return;
  if (value.shape() == nullptr) {
    value.mutable_shape() = *said.shape();
  } else if (value.shape()->dim_size() == said.shape()->dim_size()) {
    for (int i = 0; i < said.shape()->dim_size(); ++i)
      if (Dimension& mine = *value.mutable_shape().mutable_dim(i); !size_of(mine))
        if (size_of(said.shape()->dim(i)) || !mine.has_dim_param()) mine = said.shape()->dim(i);
  }
}

}  // namespace convtune
