#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <cudnn_graph.h>

#include <convtune/error.hpp>

namespace convtune::cudnn {

/// cuDNN said no: its code, and its own words.
class Failure : public Error {
 public:
  Failure(cudnnStatus_t status, const std::string& what)
      : Error(ErrorCode::environment, what), status_(status) {}
  cudnnStatus_t status() const { return status_; }

 private:
  cudnnStatus_t status_;
};

/// cuDNN's words on one line and without addresses, so that they are the same again.
std::string readable(std::string reason);

/// "NOT_SUPPORTED_SHAPE (3002): ..." for a code that a call just returned.
std::string description(cudnnStatus_t status);

/// A descriptor of the backend interface (cudnn_graph.h) that cannot be used in a wrong order: what
/// is final cannot be set, what is not final can neither be read nor be part of another. Everything
/// that it was made from lives as long as it does. Copies are the same descriptor. Throws Failure.
/// Not thread-safe while it is being made; a final one may be read by several threads.
class Descriptor {
 public:
  explicit Descriptor(cudnnBackendDescriptorType_t type);

  Descriptor& set(cudnnBackendAttributeName_t name, std::int64_t value);
  Descriptor& set(cudnnBackendAttributeName_t name, std::span<const std::int64_t> values);
  Descriptor& set(cudnnBackendAttributeName_t name, double value);
  Descriptor& set(cudnnBackendAttributeName_t name, bool value);
  Descriptor& set(cudnnBackendAttributeName_t name, const std::string& characters);
  Descriptor& set(cudnnBackendAttributeName_t name, cudnnDataType_t value);
  Descriptor& set(cudnnBackendAttributeName_t name, cudnnConvolutionMode_t value);
  Descriptor& set(cudnnBackendAttributeName_t name, cudnnBackendHeurMode_t value);
  Descriptor& set(cudnnBackendAttributeName_t name, cudnnBackendKnobType_t value);
  Descriptor& set(cudnnBackendAttributeName_t name, cudnnPointwiseMode_t value);
  /// Memory of the device, which the descriptor does not own.
  Descriptor& set(cudnnBackendAttributeName_t name, std::span<void* const> addresses);
  Descriptor& set(cudnnBackendAttributeName_t name, const Descriptor& part);
  Descriptor& set(cudnnBackendAttributeName_t name, std::span<const Descriptor> parts);

  /// Itself, final.
  Descriptor& finalize();
  /// The same for what may well be refused: the code instead of a Failure.
  cudnnStatus_t try_to_finalize();

  std::int64_t number(cudnnBackendAttributeName_t name) const;
  cudnnBackendKnobType_t knob_type(cudnnBackendAttributeName_t name) const;
  std::vector<cudnnBackendNumericalNote_t> numerical_notes() const;  ///< of an engine
  std::vector<cudnnBackendBehaviorNote_t> behavior_notes() const;    ///< of an engine
  Descriptor part(cudnnBackendAttributeName_t name, cudnnBackendDescriptorType_t type) const;
  /// As many as there are, or at most so many where the library does not tell how many there are.
  std::vector<Descriptor> parts(cudnnBackendAttributeName_t name, cudnnBackendDescriptorType_t type,
                                std::int64_t most = 0) const;

  /// Runs a final plan on a final variant pack: puts it on the queue of `handle`, which belongs to
  /// this thread and its GPU.
  static void execute(cudnnHandle_t handle, const Descriptor& plan, const Descriptor& pack);

 private:
  struct State;

  Descriptor& set(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type,
                  std::int64_t count, const void* values);
  std::int64_t read(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type,
                    std::int64_t most, void* values) const;
  template <typename Value>
  std::vector<Value> values(cudnnBackendAttributeName_t name,
                            cudnnBackendAttributeType_t type) const;

  std::shared_ptr<State> state_;
};

}  // namespace convtune::cudnn
