#pragma once

#include <string>

#include "model/asking.hpp"
#include "model/step.hpp"

namespace convtune {

/// Finds out what is known of the outputs of a node without graphs inside: by our own rules, by
/// libonnx as far as it may be asked, by arithmetic. `title` names the node.
void infer(Step& step, const Asking& asking, const std::string& title);

/// The outputs are constant where all inputs are.
void note_constant(Step& step);

}  // namespace convtune
