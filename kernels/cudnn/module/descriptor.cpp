#include "descriptor.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include <kernels/shared_library.hpp>

#include "library.hpp"

namespace convtune::cudnn {
namespace {

const Functions& functions() {
  const Library& opened = library();
  if (!opened.problem.empty()) throw Failure(CUDNN_STATUS_NOT_INITIALIZED, opened.problem);
  return opened.call;
}

// What cuDNN does not survive: descriptors that become final without these...
std::span<const cudnnBackendAttributeName_t> needed(cudnnBackendDescriptorType_t type) {
  static constexpr std::array engine = {CUDNN_ATTR_ENGINE_OPERATION_GRAPH,
                                        CUDNN_ATTR_ENGINE_DEVICEPROP,
                                        CUDNN_ATTR_ENGINE_GLOBAL_INDEX};
  static constexpr std::array heuristics = {CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH,
                                            CUDNN_ATTR_ENGINEHEUR_DEVICEPROP,
                                            CUDNN_ATTR_ENGINEHEUR_MODE};
  static constexpr std::array configuration = {CUDNN_ATTR_ENGINECFG_ENGINE};
  static constexpr std::array plan = {CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG,
                                      CUDNN_ATTR_EXECUTION_PLAN_DEVICEPROP};
  static constexpr std::array graph = {CUDNN_ATTR_OPERATIONGRAPH_OPS};
  static constexpr std::array device = {CUDNN_ATTR_DEVICEPROP_JSON_REPRESENTATION};
  static constexpr std::array pointwise = {CUDNN_ATTR_POINTWISE_MODE};
  static constexpr std::array pack = {CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS,
                                      CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS};
  switch (type) {
    case CUDNN_BACKEND_ENGINE_DESCRIPTOR: return engine;
    case CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR: return heuristics;
    case CUDNN_BACKEND_ENGINECFG_DESCRIPTOR: return configuration;
    case CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR: return plan;
    case CUDNN_BACKEND_POINTWISE_DESCRIPTOR: return pointwise;
    case CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR: return pack;
    case CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR: return graph;
    case CUDNN_BACKEND_DEVICEPROP_DESCRIPTOR: return device;
    default: return {};
  }
}

// ... and parts of another kind than these.
bool fits(cudnnBackendAttributeName_t name, cudnnBackendDescriptorType_t part) {
  switch (name) {
    case CUDNN_ATTR_ENGINE_OPERATION_GRAPH:
    case CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH:
      return part == CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR;
    case CUDNN_ATTR_ENGINE_DEVICEPROP:
    case CUDNN_ATTR_ENGINEHEUR_DEVICEPROP:
    case CUDNN_ATTR_EXECUTION_PLAN_DEVICEPROP: return part == CUDNN_BACKEND_DEVICEPROP_DESCRIPTOR;
    case CUDNN_ATTR_ENGINECFG_ENGINE: return part == CUDNN_BACKEND_ENGINE_DESCRIPTOR;
    case CUDNN_ATTR_ENGINECFG_KNOB_CHOICES: return part == CUDNN_BACKEND_KNOB_CHOICE_DESCRIPTOR;
    case CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG: return part == CUDNN_BACKEND_ENGINECFG_DESCRIPTOR;
    case CUDNN_ATTR_OPERATIONGRAPH_OPS:
      return part == CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR ||
             part == CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR ||
             part == CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR ||
             part == CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR;
    case CUDNN_ATTR_OPERATION_POINTWISE_PW_DESCRIPTOR:
      return part == CUDNN_BACKEND_POINTWISE_DESCRIPTOR;
    case CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC:
    case CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_CONV_DESC:
    case CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_CONV_DESC:
      return part == CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR;
    default: return part == CUDNN_BACKEND_TENSOR_DESCRIPTOR;
  }
}

[[noreturn]] void misuse(cudnnStatus_t status, const char* what) {
  throw Failure(status, what);
}

// Without it, what an engine says that would be compiled is about whatever it looked at last.
bool has_driver() {
  static const bool found = open_shared_library(driver_name).handle != nullptr;
  return found;
}

void require(cudnnStatus_t status) {
  if (status != CUDNN_STATUS_SUCCESS) throw Failure(status, description(status));
}

}  // namespace

std::string readable(std::string reason) {
  reason = reason.substr(0, reason.find('\n'));
  constexpr std::string_view prefix = "0x", digits = "0123456789abcdefABCDEF";
  for (std::size_t at = reason.find(prefix); at != std::string::npos;
       at = reason.find(prefix, at + prefix.size())) {
    const std::size_t first = at + prefix.size();
    const std::size_t end = std::min(reason.find_first_not_of(digits, first), reason.size());
    constexpr std::size_t longest_constant = 8;
    if (end - first > longest_constant) reason.replace(first, end - first, "...");
  }
  return reason;
}

std::string description(cudnnStatus_t status) {
  constexpr std::string_view prefix = "CUDNN_STATUS_";
  const Functions& call = functions();
  std::string_view name = call.error_string(status);
  if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  std::string text = std::string(name) + " (" + std::to_string(status) + ")";
  const std::string reason = readable(take_reason());
  if (status == CUDNN_STATUS_NOT_SUPPORTED_RUNTIME_PREREQUISITE_MISSING && !has_driver())
    return text +
           ": it is compiled when it is prepared, for which NVIDIA's driver (libcuda.so.1) "
           "is missing here";
  return reason.empty() ? text : text + ": " + reason;
}

struct Descriptor::State {
  explicit State(cudnnBackendDescriptorType_t kind) : type(kind) {
    require(functions().create_descriptor(kind, &handle));
  }
  ~State() { library().call.destroy_descriptor(handle); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  cudnnBackendDescriptorType_t type;
  cudnnBackendDescriptor_t handle = nullptr;
  std::set<cudnnBackendAttributeName_t> given;
  bool final = false;
  std::vector<std::shared_ptr<State>> parts;
};

Descriptor::Descriptor(cudnnBackendDescriptorType_t type) : state_(std::make_shared<State>(type)) {}

Descriptor& Descriptor::set(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type,
                            std::int64_t count, const void* values) {
  if (state_->final)
    misuse(CUDNN_STATUS_BAD_PARAM, "an attribute of a final descriptor cannot be set");
  require(functions().set_attribute(state_->handle, name, type, count, values));
  state_->given.insert(name);
  return *this;
}

Descriptor& Descriptor::set(cudnnBackendAttributeName_t name, std::int64_t value) {
  return set(name, CUDNN_TYPE_INT64, 1, &value);
}

Descriptor& Descriptor::set(cudnnBackendAttributeName_t name,
                            std::span<const std::int64_t> values) {
  return set(name, CUDNN_TYPE_INT64, std::ssize(values), values.data());
}

Descriptor& Descriptor::set(cudnnBackendAttributeName_t name, double value) {
  return set(name, CUDNN_TYPE_DOUBLE, 1, &value);
}

Descriptor& Descriptor::set(cudnnBackendAttributeName_t name, bool value) {
  return set(name, CUDNN_TYPE_BOOLEAN, 1, &value);
}

Descriptor& Descriptor::set(cudnnBackendAttributeName_t name, const std::string& characters) {
  return set(name, CUDNN_TYPE_CHAR, std::ssize(characters), characters.data());
}

Descriptor& Descriptor::set(cudnnBackendAttributeName_t name, cudnnDataType_t value) {
  return set(name, CUDNN_TYPE_DATA_TYPE, 1, &value);
}

Descriptor& Descriptor::set(cudnnBackendAttributeName_t name, cudnnConvolutionMode_t value) {
  return set(name, CUDNN_TYPE_CONVOLUTION_MODE, 1, &value);
}

Descriptor& Descriptor::set(cudnnBackendAttributeName_t name, cudnnBackendHeurMode_t value) {
  return set(name, CUDNN_TYPE_HEUR_MODE, 1, &value);
}

Descriptor& Descriptor::set(cudnnBackendAttributeName_t name, cudnnBackendKnobType_t value) {
  return set(name, CUDNN_TYPE_KNOB_TYPE, 1, &value);
}

Descriptor& Descriptor::set(cudnnBackendAttributeName_t name, cudnnPointwiseMode_t value) {
  return set(name, CUDNN_TYPE_POINTWISE_MODE, 1, &value);
}

Descriptor& Descriptor::set(cudnnBackendAttributeName_t name, std::span<void* const> addresses) {
  return set(name, CUDNN_TYPE_VOID_PTR, std::ssize(addresses),
             static_cast<const void*>(addresses.data()));
}

Descriptor& Descriptor::set(cudnnBackendAttributeName_t name, const Descriptor& part) {
  return set(name, std::span(&part, 1));
}

Descriptor& Descriptor::set(cudnnBackendAttributeName_t name, std::span<const Descriptor> parts) {
  std::vector<cudnnBackendDescriptor_t> handles;
  for (const Descriptor& part : parts) {
    if (!part.state_->final)
      misuse(CUDNN_STATUS_BAD_PARAM_NOT_FINALIZED,
             "a descriptor that is not final cannot be part of another");
    if (!fits(name, part.state_->type))
      misuse(CUDNN_STATUS_BAD_PARAM_DESCRIPTOR_TYPE,
             "a descriptor of another kind is expected as that part");
    handles.push_back(part.state_->handle);
  }
  set(name, CUDNN_TYPE_BACKEND_DESCRIPTOR, std::ssize(handles),
      static_cast<const void*>(handles.data()));
  for (const Descriptor& part : parts) state_->parts.push_back(part.state_);
  return *this;
}

cudnnStatus_t Descriptor::try_to_finalize() {
  if (state_->final) misuse(CUDNN_STATUS_BAD_PARAM, "a descriptor becomes final once");
  for (const cudnnBackendAttributeName_t name : needed(state_->type))
    if (!state_->given.contains(name))
      misuse(CUDNN_STATUS_BAD_PARAM, "a descriptor cannot become final without all that it needs");
  const cudnnStatus_t status = functions().finalize(state_->handle);
  state_->final = status == CUDNN_STATUS_SUCCESS;
  return status;
}

Descriptor& Descriptor::finalize() {
  require(try_to_finalize());
  return *this;
}

std::int64_t Descriptor::read(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type,
                              std::int64_t most, void* values) const {
  if (!state_->final)
    misuse(CUDNN_STATUS_BAD_PARAM_NOT_FINALIZED, "a descriptor that is not final cannot be read");
  std::int64_t count = 0;
  require(functions().get_attribute(state_->handle, name, type, most, &count, values));
  return count;
}

template <typename Value>
std::vector<Value> Descriptor::values(cudnnBackendAttributeName_t name,
                                      cudnnBackendAttributeType_t type) const {
  std::vector<Value> found(static_cast<std::size_t>(read(name, type, 0, nullptr)));
  if (!found.empty())
    found.resize(static_cast<std::size_t>(read(name, type, std::ssize(found), found.data())));
  return found;
}

std::int64_t Descriptor::number(cudnnBackendAttributeName_t name) const {
  std::int64_t value = 0;
  read(name, CUDNN_TYPE_INT64, 1, &value);
  return value;
}

cudnnBackendKnobType_t Descriptor::knob_type(cudnnBackendAttributeName_t name) const {
  cudnnBackendKnobType_t value{};
  read(name, CUDNN_TYPE_KNOB_TYPE, 1, &value);
  return value;
}

std::vector<cudnnBackendNumericalNote_t> Descriptor::numerical_notes() const {
  return values<cudnnBackendNumericalNote_t>(CUDNN_ATTR_ENGINE_NUMERICAL_NOTE,
                                             CUDNN_TYPE_NUMERICAL_NOTE);
}

std::vector<cudnnBackendBehaviorNote_t> Descriptor::behavior_notes() const {
  return values<cudnnBackendBehaviorNote_t>(CUDNN_ATTR_ENGINE_BEHAVIOR_NOTE,
                                            CUDNN_TYPE_BEHAVIOR_NOTE);
}

void Descriptor::execute(cudnnHandle_t handle, const Descriptor& plan, const Descriptor& pack) {
  if (!plan.state_->final || !pack.state_->final)
    misuse(CUDNN_STATUS_BAD_PARAM_NOT_FINALIZED, "what is executed must be final");
  if (plan.state_->type != CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR ||
      pack.state_->type != CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR)
    misuse(CUDNN_STATUS_BAD_PARAM_DESCRIPTOR_TYPE, "what is executed is a plan on a variant pack");
  if (!handle) misuse(CUDNN_STATUS_BAD_PARAM, "nothing is executed without a handle");
  require(functions().execute(handle, plan.state_->handle, pack.state_->handle));
}

Descriptor Descriptor::part(cudnnBackendAttributeName_t name,
                            cudnnBackendDescriptorType_t type) const {
  Descriptor found(type);
  read(name, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, static_cast<void*>(&found.state_->handle));
  found.state_->final = true;  // it came out of the library so
  return found;
}

std::vector<Descriptor> Descriptor::parts(cudnnBackendAttributeName_t name,
                                          cudnnBackendDescriptorType_t type,
                                          std::int64_t most) const {
  if (most == 0) most = read(name, CUDNN_TYPE_BACKEND_DESCRIPTOR, 0, nullptr);
  std::vector<Descriptor> found;
  std::vector<cudnnBackendDescriptor_t> handles;
  for (std::int64_t i = 0; i < most; ++i)
    handles.push_back(found.emplace_back(type).state_->handle);
  if (most == 0) return found;
  const std::int64_t count =
      read(name, CUDNN_TYPE_BACKEND_DESCRIPTOR, most, static_cast<void*>(handles.data()));
  found.erase(found.begin() + count, found.end());
  for (Descriptor& each : found) each.state_->final = true;
  return found;
}

}  // namespace convtune::cudnn
