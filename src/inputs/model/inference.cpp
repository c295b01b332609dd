#include "model/inference.hpp"

#include <algorithm>

#include <convtune/error.hpp>

#include "model/attributes.hpp"

namespace convtune {
namespace {

/// libonnx, unless it is known not to survive the question.
void ask_library(Step& step, const Asking& asking, const std::string& title) {
  const std::string& op = step.node.op_type();
  if (!asking.may_ask(op)) return;
  asking.tell(op + "\n" + title);
  infer_by_library(step);
  asking.tell("");
}

void read_constant(Step& step, const Asking& asking, const std::string& title) {
  if (step.outputs.empty()) return;
  if (const auto* const tensor = attribute(step.node, "value");
      tensor != nullptr && tensor->has_t())
    step.outputs[0] = value_of(tensor->t());
  else
    ask_library(step, asking, title);
  if (const auto* const whole = attribute(step.node, "value_int"))
    step.outputs[0].known = shape_of({whole->i()});
  if (const auto* const list = attribute(step.node, "value_ints");
      list != nullptr && list->ints_size() <= 1024)
    step.outputs[0].known = shape_of({list->ints().begin(), list->ints().end()});
  step.outputs[0].constant = true;
}

}  // namespace

void infer(Step& step, const Asking& asking, const std::string& title) {
  if (step.node.op_type() == "Constant") return read_constant(step, asking, title);
  bool ruled = false;
  try {
    ruled = infer_by_rule(step);
  } catch (const Error&) {
    ruled = true;  // the node says what is impossible: its output is not known
  }
  if (!ruled) ask_library(step, asking, title);
  if (!ruled && !step.outputs.empty() && step.outputs[0].shape() == nullptr)
    (void)infer_by_name(step);
  fold(step);
  // Numbers that did not come out of a computation on integers are none.
  for (Value& output : step.outputs)
    if (output.known && output.shape() != nullptr && output.shape()->dim_size() > 1)
      output.known.reset();
  note_constant(step);
}

void note_constant(Step& step) {
  const bool constant =
      !step.inputs.empty() &&
      std::ranges::all_of(step.inputs,
                          [](const Value* input) { return input == nullptr || input->constant; }) &&
      std::ranges::any_of(step.inputs, [](const Value* input) { return input != nullptr; });
  for (Value& output : step.outputs) output.constant = constant;
}

}  // namespace convtune
