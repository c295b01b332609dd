// Arithmetic on the few integers that shapes are made of.
#include <algorithm>
#include <functional>
#include <unordered_map>

#include "model/attributes.hpp"
#include "model/step.hpp"

namespace convtune {
namespace {

constexpr int most_integers = 1024;

using Operation = std::optional<std::int64_t> (*)(std::int64_t, std::int64_t);

std::optional<std::int64_t> sum(std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  return __builtin_add_overflow(a, b, &result) ? std::nullopt : std::optional(result);
}
std::optional<std::int64_t> difference(std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  return __builtin_sub_overflow(a, b, &result) ? std::nullopt : std::optional(result);
}
std::optional<std::int64_t> product(std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  return __builtin_mul_overflow(a, b, &result) ? std::nullopt : std::optional(result);
}
std::optional<std::int64_t> quotient(std::int64_t a, std::int64_t b) {
  return b == 0 || b == -1 ? std::nullopt : std::optional(a / b);
}
/// In floating point, where 3 / 2 is no whole number.
std::optional<std::int64_t> exact_quotient(std::int64_t a, std::int64_t b) {
  return b <= 0 || a % b != 0 ? std::nullopt : std::optional(a / b);
}
std::optional<std::int64_t> remainder(std::int64_t a, std::int64_t b) {
  return b <= 0 || a < 0 ? std::nullopt : std::optional(a % b);
}
std::optional<std::int64_t> least(std::int64_t a, std::int64_t b) {
  return std::min(a, b);
}
std::optional<std::int64_t> greatest(std::int64_t a, std::int64_t b) {
  return std::max(a, b);
}
std::optional<std::int64_t> equal(std::int64_t a, std::int64_t b) {
  return a == b ? 1 : 0;
}

const std::unordered_map<std::string, Operation> operations = {
    {"Add", sum},       {"Sub", difference}, {"Mul", product},  {"Div", quotient},
    {"Mod", remainder}, {"Min", least},      {"Max", greatest}, {"Equal", equal}};

/// Lists of one number are repeated.
const Dimension& at(const Dimensions& list, int i) {
  return list.dim(list.dim_size() == 1 ? 0 : i);
}

std::optional<Dimensions> combined(const Dimensions& a, const Dimensions& b, Operation operation) {
  const int count =
      a.dim_size() == 0 || b.dim_size() == 0 ? 0 : std::max(a.dim_size(), b.dim_size());
  if ((a.dim_size() != count && a.dim_size() != 1) || (b.dim_size() != count && b.dim_size() != 1))
    return std::nullopt;
  Dimensions result;
  for (int i = 0; i < count; ++i) {
    const Dimension &left = at(a, i), &right = at(b, i);
    Dimension* const out = result.add_dim();
    if (!left.has_dim_value() || !right.has_dim_value()) continue;
    if (const auto value = operation(left.dim_value(), right.dim_value()))
      out->set_dim_value(*value);
  }
  return result;
}

/// Where(condition, a, b)
std::optional<Dimensions> selected(const Step& step) {
  const Dimensions *const condition = step.known(0), *const a = step.known(1),
                          *const b = step.known(2);
  if (condition == nullptr || a == nullptr || b == nullptr) return std::nullopt;
  const int count = std::max({condition->dim_size(), a->dim_size(), b->dim_size()});
  for (const Dimensions* list : {condition, a, b})
    if (list->dim_size() != count && list->dim_size() != 1) return std::nullopt;
  Dimensions result;
  for (int i = 0; i < count; ++i) {
    const Dimension& chosen = at(*condition, i);
    if (chosen.has_dim_value())
      *result.add_dim() = at(chosen.dim_value() != 0 ? *a : *b, i);
    else
      result.add_dim();
  }
  return result;
}

/// ConstantOfShape of a few integers.
std::optional<Dimensions> repeated(const Step& step) {
  const Dimensions* const shape = step.known(0);
  if (shape == nullptr || shape->dim_size() > 1) return std::nullopt;
  std::int64_t count = 1;
  if (shape->dim_size() == 1) {
    if (!shape->dim(0).has_dim_value()) return std::nullopt;
    count = shape->dim(0).dim_value();
  }
  if (count < 0 || count > most_integers) return std::nullopt;
  const auto* const value = attribute(step.node, "value");
  if (value == nullptr || !value->has_t()) return std::nullopt;
  const auto number = value_of(value->t()).known;
  if (!number || number->dim_size() != 1) return std::nullopt;
  Dimensions result;
  for (std::int64_t i = 0; i < count; ++i) *result.add_dim() = number->dim(0);
  return result;
}

std::optional<Dimensions> whole_product(const Step& step) {
  if (step.known(0) == nullptr) return std::nullopt;
  std::int64_t result = 1;
  for (const Dimension& factor : step.known(0)->dim())
    if (!factor.has_dim_value() || __builtin_mul_overflow(result, factor.dim_value(), &result))
      return std::nullopt;
  return shape_of({result});
}

bool keeps_integers(const std::string& name) {
  for (const char* keeping :
       {"Identity", "Cast", "Floor", "Ceil", "Round", "Squeeze", "Unsqueeze", "Reshape", "Flatten"})
    if (name == keeping) return true;
  return false;
}

bool whole(std::int32_t type) {
  return type == onnx::TensorProto::INT64 || type == onnx::TensorProto::INT32;
}

std::optional<Dimensions> folded(const Step& step) {
  const std::string& name = step.node.op_type();
  if (const auto operation = operations.find(name);
      operation != operations.end() && step.known(0) != nullptr && step.known(1) != nullptr &&
      step.inputs.size() == 2)
    return combined(*step.known(0), *step.known(1),
                    name == "Div" && !whole(step.inputs[0]->element_type()) ? exact_quotient
                                                                            : operation->second);
  if (name == "Where") return selected(step);
  if (name == "ConstantOfShape") return repeated(step);
  if (name == "ReduceProd") return whole_product(step);
  if (keeps_integers(name) && step.known(0) != nullptr) return *step.known(0);
  return std::nullopt;
}

}  // namespace

void fold(Step& step) {
  if (step.outputs.empty() || step.outputs[0].known) return;
  step.outputs[0].known = folded(step);
}

}  // namespace convtune
