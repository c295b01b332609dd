#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include <convtune/implementation.hpp>
#include <convtune/measurement.hpp>
#include <tuner/buffer.hpp>
#include <tuner/test_data.hpp>
#include <tuner/workplace.hpp>

namespace convtune {

/// The memory that candidates are timed on, and how. Tensors of a known layout are shared between
/// them, so that all meet the same addresses; the output and the workspace are one each.
class Track {
 public:
  Track(const ConvProblem& problem, const TestData& data, Protocol protocol,
        Memory& memory = own_memory());

  /// Adds a trial, which must outlive the track; `call_seconds` is about what a call takes. Its
  /// number is the count of trials before it. One that throws is not added.
  void enter(Trial& trial, double call_seconds);

  /// One sample: the mean time of enough calls to last 100 us, or of one that takes 50 us or more.
  /// Cold: of one call, after a sweep of the caches.
  double sample(std::size_t index);

  /// What converting one tensor takes inside a call of the trial; 0 if it is not converted.
  double reorder_seconds(std::size_t index, Role role);

 private:
  struct Lane {
    Trial* trial;
    std::shared_ptr<Buffer> source, filter, destination;
    double call_seconds;
  };

  std::shared_ptr<Buffer> input(Trial& trial, Role role);
  Buffers buffers(const Lane& lane);

  ConvProblem problem_;
  const TestData& data_;
  Protocol protocol_;
  Memory& memory_;
  std::vector<Lane> lanes_;
  std::map<std::tuple<Role, std::string, std::size_t>, std::shared_ptr<Buffer>> shared_;
  std::shared_ptr<Buffer> output_, workspace_, bias_;
};

}  // namespace convtune
