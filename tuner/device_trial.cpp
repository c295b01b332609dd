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

/// Calls visit(data, bytes) for every buffer of a call.
template <class Visit>
void DeviceTrial::each(const Buffers& buffers, const Visit& visit) const {
  visit(buffers.source, bytes(Role::source));
  visit(buffers.filter, bytes(Role::filter));
  visit(buffers.destination, bytes(Role::destination));
  if (buffers.bias)
    visit(const_cast<void*>(buffers.bias), convtune::bytes(plan_->problem(), Role::bias));
  if (buffers.workspace) visit(buffers.workspace, workspace_bytes());
}

void DeviceTrial::upload(const Buffers& buffers) {
  device_.mirror.begin_call();
  each(buffers, [&](void* data, std::size_t size) { device_.mirror.upload(data, size); });
}

void DeviceTrial::download(const Buffers& buffers) {
  device_.mirror.begin_call();
  each(buffers, [&](void* data, std::size_t size) { device_.mirror.download(data, size); });
}

Buffers DeviceTrial::on_device(const Buffers& buffers) {
  Mirror& mirror = device_.mirror;
  mirror.begin_call();
  return {
      .source = mirror.of(buffers.source, bytes(Role::source)),
      .filter = mirror.of(buffers.filter, bytes(Role::filter)),
      .destination = mirror.of(buffers.destination, bytes(Role::destination)),
      .bias = buffers.bias ? mirror.of(buffers.bias, convtune::bytes(plan_->problem(), Role::bias))
                           : nullptr,
      .workspace = buffers.workspace ? mirror.of(buffers.workspace, workspace_bytes()) : nullptr};
}

double DeviceTrial::run(const Buffers& buffers, int calls) {
  return device_.accelerator->run(*plan_, on_device(buffers), calls).seconds;
}

double DeviceTrial::run_cold(const Buffers& buffers) {
  return device_.accelerator->run_cold(*plan_, on_device(buffers)).seconds;
}

}  // namespace convtune
