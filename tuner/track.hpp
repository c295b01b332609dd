#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include <convtune/device.hpp>
#include <convtune/implementation.hpp>
#include <convtune/measurement.hpp>
#include <tuner/buffer.hpp>
#include <tuner/test_data.hpp>
#include <tuner/workplace.hpp>

#include "evict.hpp"

namespace convtune {

/// The memory that candidates are timed on, and how. Tensors of a known layout are shared between
/// them, so that all meet the same addresses; the output and the workspace are one each.
class Track {
 public:
  Track(const ConvProblem& problem, const TestData& data, const Device& device, Protocol protocol,
        Memory& memory = own_memory());

  /// Adds a trial, which must outlive the track; `call_seconds` is about what a call takes. Its
  /// number is the count of trials before it. One that throws is not added.
  void enter(Trial& trial, double call_seconds);

  /// One sample: the mean time of enough calls to last 100 us, or of one that takes 50 us or more
  /// (on a device of its own, 100 us).
  /// Cold: of one call, after a sweep of the caches, after the weights were driven out of them, or
  /// on copies of the tensors that have not been used for long.
  double sample(std::size_t index);

  /// What converting one tensor takes inside a call of the trial; 0 if it is not converted.
  double reorder_seconds(std::size_t index, Role role);

 private:
  struct Lane {
    Trial* trial;
    Copies source, filter, destination;  ///< but for the output
    double call_seconds;
  };

  std::size_t copies_for(const Trial& trial) const;
  Copies input(Trial& trial, Role role);
  const Copies& tensor(const Lane& lane, Role role) const;
  Buffers buffers(const Lane& lane, std::size_t turn) const;

  ConvProblem problem_;
  const TestData& data_;
  Device device_;
  Protocol protocol_;
  Memory& memory_;
  std::vector<Lane> lanes_;
  std::map<std::tuple<Role, std::string, std::size_t>, Copies> shared_;
  Copies output_;
  std::shared_ptr<Buffer> workspace_, bias_;
  std::size_t turn_ = 0;
};

}  // namespace convtune
