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
void grow(std::shared_ptr<Buffer>& buffer, std::size_t bytes) {
  if (buffer && buffer->bytes() >= bytes) return;
  buffer.reset();
  buffer = std::make_shared<Buffer>(bytes);
}

}  // namespace

CacheSweep::CacheSweep(const Device& device)
    : memory_(2 * (device.l3_bytes + static_cast<std::size_t>(device.threads) * device.l2_bytes)) {
  memory_.poison();
}

void CacheSweep::operator()() {
  constexpr std::size_t line = 64;
  auto* const bytes = static_cast<unsigned char*>(memory_.data());
#pragma omp parallel for schedule(static)
  for (std::size_t i = 0; i < memory_.bytes() / line; ++i) ++bytes[i * line];
}

Track::Track(const ConvProblem& problem, const TestData& data, const Device& device,
             Protocol protocol, const Clock& clock)
    : problem_(problem), data_(data), clock_(clock) {
  if (protocol == Protocol::cold) sweep_.emplace(device);
}

std::shared_ptr<Buffer> Track::input(Plan& plan, Role role) {
  const std::string layout = layout_of_tensor(plan.layouts(), role);
  const std::size_t bytes = plan.bytes(role);
  // A packed filter may hold more than its name says.
  const bool own = layout == "opaque" || (role == Role::filter && problem_->constant_weights);
  std::shared_ptr<Buffer> fresh;
  std::shared_ptr<Buffer>& buffer = own ? fresh : shared_[{role, layout, bytes}];
  if (!buffer) {
    buffer = std::make_shared<Buffer>(bytes);
    plan.load(role, data_.typed(role), buffer->data());
  }
  return buffer;
}

void Track::enter(Plan& plan, double call_seconds) {
  const Role output = output_role(problem_->direction);
  Lane lane{
      .plan = &plan, .source = {}, .filter = {}, .destination = {}, .call_seconds = call_seconds};
  if (output != Role::source) lane.source = input(plan, Role::source);
  if (output != Role::filter) lane.filter = input(plan, Role::filter);
  if (output != Role::destination) lane.destination = input(plan, Role::destination);
  grow(workspace_, plan.workspace_bytes());
  const std::size_t before = output_ ? output_->bytes() : 0;
  grow(output_, plan.bytes(output));
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
          .bias = data_.typed(Role::bias),
          .workspace = workspace_->data()};
}

double Track::timed(const Lane& lane, int calls) {
  const Buffers memory = buffers(lane);
  Plan& plan = *lane.plan;
  const double start = clock_.now();
  for (int call = 0; call < calls; ++call) plan.run(memory);
  return std::max((clock_.now() - start) / calls, shortest);
}

double Track::sample(std::size_t index) {
  Lane& lane = lanes_[index];
  if (sweep_) {
    (*sweep_)();
    return timed(lane, 1);
  }
  const double expected = std::max(lane.call_seconds, shortest);
  const int calls =
      expected < short_call ? static_cast<int>(std::ceil(sample_length / expected)) : 1;
  lane.call_seconds = timed(lane, calls);
  return lane.call_seconds;
}

double Track::reorder_seconds(std::size_t index, Role role) {
  const Lane& lane = lanes_[index];
  if (!lane.plan->reorders(role)) return 0;
  std::array<double, 3> seconds{};
  for (double& each : seconds) {
    const Buffers memory = buffers(lane);
    const double start = clock_.now();
    lane.plan->run_reorder(role, memory);
    each = clock_.now() - start;
  }
  return median(seconds);
}

}  // namespace convtune
