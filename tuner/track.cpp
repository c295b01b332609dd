#include "track.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include <convtune/statistics.hpp>

namespace convtune {
namespace {

constexpr double short_call = 50e-6, sample_length = 100e-6;
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

Track::Track(const ConvProblem& problem, const TestData& data, Protocol protocol, Memory& memory)
    : problem_(problem), data_(data), protocol_(protocol), memory_(memory) {
  if (!problem_->bias) return;
  bias_ = std::make_shared<Buffer>(data.bytes(Role::bias), memory);
  std::memcpy(bias_->data(), data.typed(Role::bias), bias_->bytes());
}

std::shared_ptr<Buffer> Track::input(Trial& trial, Role role) {
  const std::string layout = layout_of_tensor(trial.layouts(), role);
  const std::size_t bytes = trial.bytes(role);
  // A packed filter may hold more than its name says.
  const bool own = layout == "opaque" || (role == Role::filter && problem_->constant_weights);
  std::shared_ptr<Buffer> fresh;
  std::shared_ptr<Buffer>& buffer = own ? fresh : shared_[{role, layout, bytes}];
  if (!buffer) {
    const auto filled = std::make_shared<Buffer>(bytes, memory_);
    trial.load(role, data_.typed(role), filled->data());
    buffer = filled;
  }
  return buffer;
}

void Track::enter(Trial& trial, double call_seconds) {
  const Role output = output_role(problem_->direction);
  Lane lane{
      .trial = &trial, .source = {}, .filter = {}, .destination = {}, .call_seconds = call_seconds};
  if (output != Role::source) lane.source = input(trial, Role::source);
  if (output != Role::filter) lane.filter = input(trial, Role::filter);
  if (output != Role::destination) lane.destination = input(trial, Role::destination);
  grow(workspace_, trial.workspace_bytes(), memory_);
  const std::size_t before = output_ ? output_->bytes() : 0;
  grow(output_, trial.bytes(output), memory_);
  // With accumulate it is read: numbers, not what memory held before.
  if (output_->bytes() != before) std::memset(output_->data(), 0, output_->bytes());
  lanes_.push_back(std::move(lane));
}

Buffers Track::buffers(const Lane& lane) {
  const auto tensor = [&](const std::shared_ptr<Buffer>& own) {
    return own ? own->data() : output_->data();
  };
  return {.source = tensor(lane.source),
          .filter = tensor(lane.filter),
          .destination = tensor(lane.destination),
          .bias = bias_ ? bias_->data() : nullptr,
          .workspace = workspace_->data()};
}

double Track::sample(std::size_t index) {
  Lane& lane = lanes_[index];
  if (protocol_ == Protocol::cold) return std::max(lane.trial->run_cold(buffers(lane)), shortest);
  const double expected = std::max(lane.call_seconds, shortest);
  const int calls =
      expected < short_call ? static_cast<int>(std::ceil(sample_length / expected)) : 1;
  lane.call_seconds = std::max(lane.trial->run(buffers(lane), calls) / calls, shortest);
  return lane.call_seconds;
}

double Track::reorder_seconds(std::size_t index, Role role) {
  const Lane& lane = lanes_[index];
  if (!lane.trial->reorders(role)) return 0;
  std::array<double, 3> seconds{};
  for (double& each : seconds) each = lane.trial->run_reorder(role, buffers(lane));
  return median(seconds);
}

}  // namespace convtune
