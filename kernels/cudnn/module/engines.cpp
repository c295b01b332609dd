#include "engines.hpp"

#include <algorithm>

namespace convtune::cudnn {
namespace {

constexpr int category = 1000;  // the thousands of a code say what kind of refusal it is

bool is_refusal(cudnnStatus_t status) {
  return status / category * category == CUDNN_STATUS_NOT_SUPPORTED;
}

Supported described(const Descriptor& configuration, const Descriptor& engine) {
  Supported found{
      .configuration = {.engine = engine.number(CUDNN_ATTR_ENGINE_GLOBAL_INDEX), .knobs = {}},
      .workspace_bytes =
          static_cast<std::size_t>(configuration.number(CUDNN_ATTR_ENGINECFG_WORKSPACE_SIZE)),
      .numerical_notes = engine.numerical_notes(),
      .behavior_notes = engine.behavior_notes(),
      .descriptor = configuration};
  for (const Descriptor& choice :
       configuration.parts(CUDNN_ATTR_ENGINECFG_KNOB_CHOICES, CUDNN_BACKEND_KNOB_CHOICE_DESCRIPTOR,
                           CUDNN_KNOB_TYPE_COUNTS))
    found.configuration.knobs.push_back({choice.knob_type(CUDNN_ATTR_KNOB_CHOICE_KNOB_TYPE),
                                         choice.number(CUDNN_ATTR_KNOB_CHOICE_KNOB_VALUE)});
  std::ranges::sort(found.configuration.knobs);
  return found;
}

}  // namespace

std::vector<Supported> Engines::heuristics(cudnnBackendHeurMode_t mode) const {
  Descriptor heuristics(CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR);
  const cudnnStatus_t status = heuristics.set(CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, graph_)
                                   .set(CUDNN_ATTR_ENGINEHEUR_DEVICEPROP, device_)
                                   .set(CUDNN_ATTR_ENGINEHEUR_MODE, mode)
                                   .try_to_finalize();
  if (is_refusal(status)) return {};
  if (status != CUDNN_STATUS_SUCCESS) throw Failure(status, description(status));
  std::vector<Supported> found;
  for (const Descriptor& each :
       heuristics.parts(CUDNN_ATTR_ENGINEHEUR_RESULTS, CUDNN_BACKEND_ENGINECFG_DESCRIPTOR))
    found.push_back(
        described(each, each.part(CUDNN_ATTR_ENGINECFG_ENGINE, CUDNN_BACKEND_ENGINE_DESCRIPTOR)));
  return found;
}

std::variant<Descriptor, std::string> Engines::engine(std::int64_t index) const {
  if (const auto known = made_.find(index); known != made_.end()) return known->second;
  Descriptor engine(CUDNN_BACKEND_ENGINE_DESCRIPTOR);
  const cudnnStatus_t status = engine.set(CUDNN_ATTR_ENGINE_OPERATION_GRAPH, graph_)
                                   .set(CUDNN_ATTR_ENGINE_DEVICEPROP, device_)
                                   .set(CUDNN_ATTR_ENGINE_GLOBAL_INDEX, index)
                                   .try_to_finalize();
  if (status == CUDNN_STATUS_SUCCESS) return made_.emplace(index, engine).first->second;
  if (!is_refusal(status)) throw Failure(status, description(status));
  return made_.emplace(index, description(status)).first->second;
}

std::vector<KnobRange> Engines::knobs(std::int64_t index) const {
  const auto made = engine(index);
  std::vector<KnobRange> ranges;
  if (const auto* const engine = std::get_if<Descriptor>(&made))
    for (const Descriptor& info :
         engine->parts(CUDNN_ATTR_ENGINE_KNOB_INFO, CUDNN_BACKEND_KNOB_INFO_DESCRIPTOR,
                       CUDNN_KNOB_TYPE_COUNTS))
      ranges.push_back({.type = info.knob_type(CUDNN_ATTR_KNOB_INFO_TYPE),
                        .least = info.number(CUDNN_ATTR_KNOB_INFO_MINIMUM_VALUE),
                        .most = info.number(CUDNN_ATTR_KNOB_INFO_MAXIMUM_VALUE),
                        .step = info.number(CUDNN_ATTR_KNOB_INFO_STRIDE)});
  return ranges;
}

std::variant<Supported, Unsupported> Engines::check(const Configuration& wanted) const {
  const auto made = engine(wanted.engine);
  if (const auto* const why_not = std::get_if<std::string>(&made))
    return Unsupported{wanted, *why_not};
  const Descriptor& engine = std::get<Descriptor>(made);

  std::vector<Descriptor> choices;
  for (const Knob& knob : wanted.knobs)
    choices.emplace_back(CUDNN_BACKEND_KNOB_CHOICE_DESCRIPTOR)
        .set(CUDNN_ATTR_KNOB_CHOICE_KNOB_TYPE, knob.type)
        .set(CUDNN_ATTR_KNOB_CHOICE_KNOB_VALUE, knob.value)
        .finalize();
  Descriptor configuration(CUDNN_BACKEND_ENGINECFG_DESCRIPTOR);
  configuration.set(CUDNN_ATTR_ENGINECFG_ENGINE, engine);
  if (!choices.empty()) configuration.set(CUDNN_ATTR_ENGINECFG_KNOB_CHOICES, choices);
  const cudnnStatus_t status = configuration.try_to_finalize();
  if (status == CUDNN_STATUS_SUCCESS) return described(configuration, engine);
  if (!is_refusal(status)) throw Failure(status, description(status));
  return Unsupported{wanted, description(status)};
}

}  // namespace convtune::cudnn
