#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <convtune/device.hpp>
#include <convtune/implementation.hpp>
#include <convtune/measurement.hpp>
#include <tuner/buffer.hpp>
#include <tuner/clock.hpp>
#include <tuner/test_data.hpp>

namespace convtune {

/// Writes over more memory than the caches hold.
class CacheSweep {
 public:
  explicit CacheSweep(const Device& device);
  void operator()();

 private:
  Buffer memory_;
};

/// The memory that plans are timed on, and how. Tensors of a known layout are shared between plans,
/// so that all of them meet the same addresses; the output and the workspace are one each.
class Track {
 public:
  Track(const ConvProblem& problem, const TestData& data, const Device& device, Protocol protocol,
        const Clock& clock);

  /// Adds a plan, which must outlive the track; `call_seconds` is about what a call takes. Its
  /// number is the count of plans before it.
  void enter(Plan& plan, double call_seconds);

  /// One sample: the mean time of enough calls to last 100 us, or of one that takes 50 us or more.
  /// Cold: of one call, after a sweep of the caches.
  double sample(std::size_t index);

  /// What converting one tensor takes inside a call of the plan; 0 if it is not converted.
  double reorder_seconds(std::size_t index, Role role);

 private:
  struct Lane {
    Plan* plan;
    std::shared_ptr<Buffer> source, filter, destination;
    double call_seconds;
  };

  std::shared_ptr<Buffer> input(Plan& plan, Role role);
  Buffers buffers(const Lane& lane);
  double timed(const Lane& lane, int calls);

  ConvProblem problem_;
  const TestData& data_;
  const Clock& clock_;
  std::optional<CacheSweep> sweep_;
  std::vector<Lane> lanes_;
  std::map<std::tuple<Role, std::string, std::size_t>, std::shared_ptr<Buffer>> shared_;
  std::shared_ptr<Buffer> output_, workspace_;
};

}  // namespace convtune
