#include "device_trial.hpp"

#include <exception>

namespace convtune {

DeviceTrial::~DeviceTrial() {
  plan_.reset();
  if (--device_.trials > 0) return;
  try {
    device_.mirror.clear();
  } catch (const std::exception&) {
    // The device is lost; whoever is next finds out.
  }
}

// Those that are there.
std::vector<Mirror::Piece> DeviceTrial::tensors(const Buffers& buffers) const {
  std::vector<Mirror::Piece> pieces;
  const auto add = [&](void* data, std::size_t size) {
    if (data) pieces.push_back({.data = data, .bytes = size});
  };
  add(buffers.source, bytes(Role::source));
  add(buffers.filter, bytes(Role::filter));
  add(buffers.destination, bytes(Role::destination));
  add(const_cast<void*>(buffers.bias), convtune::bytes(plan_->problem(), Role::bias));
  return pieces;
}

Mirror::Piece DeviceTrial::workspace(const Buffers& buffers) const {
  return {.data = buffers.workspace, .bytes = workspace_bytes(), .scratch = true};
}

void DeviceTrial::upload(const Buffers& buffers) {
  device_.mirror.begin_call();
  for (const Mirror::Piece& piece : tensors(buffers)) device_.mirror.upload(piece);
  if (buffers.workspace) device_.mirror.of(workspace(buffers));  // now, and not in a race
}

void DeviceTrial::poison(const Buffers& buffers) {
  device_.mirror.begin_call();
  for (const Mirror::Piece& piece : tensors(buffers)) device_.mirror.poison(piece);
  if (buffers.workspace) device_.mirror.poison(workspace(buffers));
}

void DeviceTrial::download(const Buffers& buffers) {
  device_.mirror.begin_call();
  std::vector<Mirror::Piece> pieces = tensors(buffers);
  if (buffers.workspace) pieces.push_back(workspace(buffers));
  device_.mirror.download(pieces);
}

Buffers DeviceTrial::on_device(const Buffers& buffers) {
  Mirror& mirror = device_.mirror;
  mirror.begin_call();
  const auto of = [&](void* data, std::size_t size) {
    return data ? mirror.of({.data = data, .bytes = size}) : nullptr;
  };
  return {
      .source = of(buffers.source, bytes(Role::source)),
      .filter = of(buffers.filter, bytes(Role::filter)),
      .destination = of(buffers.destination, bytes(Role::destination)),
      .bias = of(const_cast<void*>(buffers.bias), convtune::bytes(plan_->problem(), Role::bias)),
      .workspace = buffers.workspace ? mirror.of(workspace(buffers)) : nullptr};
}

double DeviceTrial::told(const Accelerator::Elapsed& elapsed) {
  pace_ = {.megahertz = elapsed.megahertz, .slowed = elapsed.slowed};
  return elapsed.seconds;
}

double DeviceTrial::run(const Buffers& buffers, int calls) {
  return told(device_.accelerator->run(*plan_, on_device(buffers), calls));
}

double DeviceTrial::run_cold(const Buffers& buffers) {
  return told(device_.accelerator->run_cold(*plan_, on_device(buffers)));
}

}  // namespace convtune
