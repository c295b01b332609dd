#include "library_search.hpp"

#include <algorithm>
#include <memory>
#include <new>

#include <fmt/format.h>

#include <convtune/error.hpp>
#include <convtune/library_search.hpp>
#include <tuner/test_data.hpp>

#include "gpu_lock.hpp"
#include "workspace.hpp"

namespace convtune {
namespace {

/// The tensors of one call, of a device's memory.
class DeviceTensors {
 public:
  DeviceTensors(const ConvProblem& problem, Accelerator& accelerator)
      : accelerator_(accelerator), data_(problem, DataKind::uniform) {
    buffers_.source = tensor(problem, Role::source);
    buffers_.filter = tensor(problem, Role::filter);
    buffers_.destination = tensor(problem, Role::destination);
  }

  /// With a workspace of so many bytes besides.
  const Buffers& with_workspace(std::size_t bytes) {
    if (bytes > 0) buffers_.workspace = allocate(bytes);
    return buffers_;
  }

 private:
  struct Release {
    Accelerator* accelerator;
    void operator()(void* memory) const { accelerator->release(memory); }
  };

  void* allocate(std::size_t bytes) {
    const Release release{&accelerator_};
    held_.emplace_back(accelerator_.allocate(std::max<std::size_t>(bytes, 1)), release);
    return held_.back().get();
  }
  void* tensor(const ConvProblem& problem, Role role) {
    void* const memory = allocate(bytes(problem, role));
    if (const std::size_t filled = data_.bytes(role); filled > 0)
      accelerator_.upload(data_.typed(role), memory, filled);
    return memory;
  }

  Accelerator& accelerator_;
  TestData data_;
  std::vector<std::unique_ptr<void, Release>> held_;
  Buffers buffers_;
};

Explanation::Searched searched(const Implementation& implementation, const LibrarySearch& library,
                               const ConvProblem& problem, const Question& question,
                               const Rooms& rooms) {
  const GpuLock alone(rooms.device, question.stop, question.progress);
  const std::shared_ptr<Accelerator> accelerator = rooms.open_accelerator(rooms.device);
  accelerator->enter();
  DeviceTensors tensors(problem, *accelerator);
  const std::size_t there = device_workspaces(accelerator)->largest_block();
  const std::size_t limit = std::min(question.constraints.workspace_limit.value_or(there), there);
  return {.implementation = std::string(implementation.name()),
          .workspace_limit = limit,
          .found = library.search(problem, rooms.device, tensors.with_workspace(limit), limit)};
}

std::string why_nobody_is_asked(const Device& device) {
  if (device.kind == DeviceKind::cpu)
    return "A library's own search (cudnnFind) needs a GPU: ask with --device cuda.";
  if (!device.present)
    return fmt::format(
        "A library's own search (cudnnFind) needs {} itself, and there is only its "
        "description.",
        device.name);
  return {};
}

}  // namespace

void add_library_searches(const ConvProblem& problem, const Question& question, const Rooms& rooms,
                          Explanation& explanation) {
  if (std::string why = why_nobody_is_asked(rooms.device); !why.empty()) {
    explanation.notes.push_back(std::move(why));
    return;
  }
  for (const Implementation* const each : rooms.implementations) {
    const auto* const library = dynamic_cast<const LibrarySearch*>(each);
    if (library == nullptr || each->device() != rooms.device.kind) continue;
    try {
      explanation.searches.push_back(searched(*each, *library, problem, question, rooms));
    } catch (const Error& error) {
      if (error.code() == ErrorCode::interrupted) throw;
      explanation.notes.push_back(
          fmt::format("{} has no search of its own to show: {}", each->name(), error.what()));
    } catch (const std::bad_alloc&) {
      explanation.notes.push_back(fmt::format(
          "{} has no search of its own to show: there is not enough memory on the device.",
          each->name()));
    }
  }
}

}  // namespace convtune
