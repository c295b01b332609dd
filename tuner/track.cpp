#include "track.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include <convtune/statistics.hpp>

namespace convtune {
namespace {

constexpr double sample_length = 100e-6;
// Below, a sample is of several calls: a GPU's clock is the coarser one.
constexpr double short_call = 50e-6, short_call_apart = sample_length;
constexpr double shortest = 1e-9;  // what a clock too coarse to see a call makes of it

const std::string& layout_of_tensor(const Layouts& layouts, Role role) {
  return role == Role::source   ? layouts.source
         : role == Role::filter ? layouts.filter
                                : layouts.destination;
}

// At least `bytes` long; grown buffers are replaced, their contents do not matter.
void grow(std::shared_ptr<Buffer>& buffer, std::size_t bytes, Memory& memory) {
  if (buffer && buffer->bytes() >= bytes) return;
  buffer.reset();
  buffer = std::make_shared<Buffer>(bytes, memory);
}

}  // namespace

Track::Track(const ConvProblem& problem, const TestData& data, const Device& device,
             Protocol protocol, Memory& memory)
    : problem_(problem), data_(data), device_(device), protocol_(protocol), memory_(memory) {
  if (!problem_->bias) return;
  bias_ = std::make_shared<Buffer>(data.bytes(Role::bias), memory);
  std::memcpy(bias_->data(), data.typed(Role::bias), bias_->bytes());
}

// Of each tensor, so that those of one call are not met again before the caches forgot them.
std::size_t Track::copies_for(const Trial& trial) const {
  if (protocol_ != Protocol::cold_rotated) return 1;
  return copies_beyond_caches(device_, trial.bytes(Role::source) + trial.bytes(Role::filter) +
                                           trial.bytes(Role::destination));
}

Copies Track::input(Trial& trial, Role role) {
  const std::string layout = layout_of_tensor(trial.layouts(), role);
  const std::size_t bytes = trial.bytes(role);
  // A packed filter may hold more than its name says.
  const bool own = layout == "opaque" || (role == Role::filter && problem_->constant_weights);
  Copies fresh;
  Copies& copies = own ? fresh : shared_[{role, layout, bytes}];
  if (!copies) {
    const Copies filled(bytes, copies_for(trial), memory_);
    trial.load(role, data_.typed(role), filled.first());
    filled.spread();
    copies = filled;
  }
  return copies;
}

void Track::enter(Trial& trial, double call_seconds) {
  const Role output = output_role(problem_->direction);
  Lane lane{
      .trial = &trial, .source = {}, .filter = {}, .destination = {}, .call_seconds = call_seconds};
  if (output != Role::source) lane.source = input(trial, Role::source);
  if (output != Role::filter) lane.filter = input(trial, Role::filter);
  if (output != Role::destination) lane.destination = input(trial, Role::destination);
  grow(workspace_, trial.apart() ? 0 : trial.workspace_bytes(), memory_);
  if (const std::size_t bytes = trial.bytes(output); !output_ || output_.bytes() < bytes) {
    output_ = {};
    output_ = Copies(bytes, copies_for(trial), memory_);
    // With accumulate it is read: numbers, not what memory held before.
    std::memset(output_.first(), 0, bytes);
    output_.spread();
  }
  for (std::size_t turn = 0; turn < copies_for(trial); ++turn) trial.upload(buffers(lane, turn));
  lanes_.push_back(std::move(lane));
}

const Copies& Track::tensor(const Lane& lane, Role role) const {
  const Copies& own = role == Role::source   ? lane.source
                      : role == Role::filter ? lane.filter
                                             : lane.destination;
  return own ? own : output_;
}

Buffers Track::buffers(const Lane& lane, std::size_t turn) const {
  return {.source = tensor(lane, Role::source).of_turn(turn),
          .filter = tensor(lane, Role::filter).of_turn(turn),
          .destination = tensor(lane, Role::destination).of_turn(turn),
          .bias = bias_ ? bias_->data() : nullptr,
          .workspace = workspace_->data()};
}

double Track::sample(std::size_t index) {
  Lane& lane = lanes_[index];
  switch (protocol_) {
    case Protocol::warm: break;
    case Protocol::cold: return std::max(lane.trial->run_cold(buffers(lane, turn_)), shortest);
    case Protocol::cold_weights:
      evict(tensor(lane, Role::filter).first(), tensor(lane, Role::filter).bytes());
      return std::max(lane.trial->run(buffers(lane, turn_), 1), shortest);
    case Protocol::cold_rotated:
      ++turn_;
      return std::max(lane.trial->run(buffers(lane, turn_), 1), shortest);
  }
  const double expected = std::max(lane.call_seconds, shortest);
  const double is_short = lane.trial->apart() ? short_call_apart : short_call;
  const int calls = expected < is_short ? static_cast<int>(std::ceil(sample_length / expected)) : 1;
  lane.call_seconds = std::max(lane.trial->run(buffers(lane, turn_), calls) / calls, shortest);
  return lane.call_seconds;
}

double Track::reorder_seconds(std::size_t index, Role role) {
  const Lane& lane = lanes_[index];
  if (!lane.trial->reorders(role)) return 0;
  std::array<double, 3> seconds{};
  for (double& each : seconds) each = lane.trial->run_reorder(role, buffers(lane, turn_));
  return median(seconds);
}

}  // namespace convtune
