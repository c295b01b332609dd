#include "rooms.hpp"

#include <algorithm>
#include <ctime>
#include <filesystem>

#include <fmt/format.h>

#include <convtune/catalogue.hpp>
#include <convtune/decorator.hpp>
#include <convtune/error.hpp>
#include <db/memory_store.hpp>
#include <kernels/gpu.hpp>
#include <kernels/list.hpp>
#include <tuner/isolation.hpp>

#include "gpu_lock.hpp"
#include "system.hpp"

namespace convtune {

const Backend& Rooms::backend(std::string_view name) const {
  const auto found = std::ranges::find(backends, name, &Backend::name);
  if (found == backends.end())
    throw Error(ErrorCode::bad_input, fmt::format("There is no backend \"{}\".", name));
  return **found;
}

const Implementation* Rooms::implementation(std::string_view name) const {
  const auto found = std::ranges::find(implementations, name, &Implementation::name);
  return found == implementations.end() ? nullptr : *found;
}

const Implementation* Rooms::definition() const {
  if (device.kind == DeviceKind::cpu) return nullptr;
  const auto found = std::ranges::find_if(implementations, [&](const Implementation* each) {
    const Tags tags = each->tags();
    return each->device() == device.kind && std::ranges::find(tags, "reference") != tags.end();
  });
  return found == implementations.end() ? nullptr : *found;
}

std::optional<Rooms::Origin> Rooms::origin(const Candidate& candidate) const {
  const Implementation* const outer = implementation(candidate.implementation);
  if (!outer) return std::nullopt;
  const auto inside = inner_text(candidate);
  const bool decorates = inside && dynamic_cast<const Decorator*>(outer) != nullptr;
  if (!decorates)
    return Origin{.backend = std::string(outer->backend()), .revision = outer->revision()};
  const Implementation* const inner = implementation(split_text(*inside).first);
  if (!inner) return std::nullopt;
  return Origin{.backend = std::string(inner->backend()),
                .revision = decorated_revision(outer->revision(), inner->revision())};
}

std::shared_ptr<const Store> system_store(const Rooms& rooms, std::vector<std::string>& warnings) {
  if (!rooms.open_system) return nullptr;
  try {
    return rooms.open_system();
  } catch (const Error& error) {
    warnings.push_back(fmt::format("The system's database was not asked: {}", error.what()));
    return nullptr;
  }
}

Rooms real_rooms(const Context& context) {
  Rooms rooms;
  rooms.device = probe_device(context);
  rooms.machine = probe_machine(rooms.device);
  rooms.who = user_at_host();
  rooms.implementations = {all_implementations().begin(), all_implementations().end()};
  rooms.backends = {all_backends().begin(), all_backends().end()};
  const std::string path = context.database.empty() ? default_database() : context.database;
  rooms.named_store = names_database(context);
  if (path == ":memory:") {
    rooms.open = [store = std::shared_ptr(make_memory_store())](OpenMode) { return store; };
  } else {
    rooms.open = [path](OpenMode mode) -> std::shared_ptr<Store> {
      std::error_code ignored;
      if (mode == OpenMode::read && !std::filesystem::exists(path, ignored)) return nullptr;
      return open_sqlite_store(path, mode);
    };
  }
  rooms.open_system = []() -> std::shared_ptr<const Store> {
    const std::string system = system_database();
    return system.empty() ? nullptr : open_sqlite_store(system, OpenMode::read);
  };
  // Made with the first tuning: most questions need none.
  rooms.tune = [worker = context.worker, place = std::shared_ptr<Workplace>()](
                   const ConvProblem& problem, std::span<const Contender> contenders,
                   const Device& device, const TuneSettings& settings) mutable {
    const GpuLock alone(device, settings.stop, settings.progress);
    if (!place)
      place = worker.empty() ? local_workplace(steady_clock(), open_gpu)
                             : process_workplace({.command = worker});
    if (worker.empty() || !settings.fresh_process)
      return convtune::tune(problem, contenders, device, settings, *place);
    const auto fresh = process_workplace({.command = worker});
    TuneReport report = convtune::tune(problem, contenders, device, settings, *fresh);
    report.fresh_process = true;
    return report;
  };
  rooms.open_accelerator = open_gpu;
  rooms.driver = [] {
    const std::string driver = driver_file();
    return driver.empty() ? LibraryFile{} : library_file(driver);
  };
  rooms.unix_time = [] { return static_cast<std::int64_t>(std::time(nullptr)); };
  rooms.seconds = [] { return steady_clock().now(); };
  rooms.warnings = unused_modules();
  return rooms;
}

void require_present(const Device& device) {
  if (device.present) return;
  throw Error(ErrorCode::environment,
              fmt::format("{} is not here, only its description: candidates of it can be listed, "
                          "selected and explained, but nothing runs.",
                          device.name));
}

bool serve_worker() {
  return serve_candidates(find_implementation, open_gpu);
}

}  // namespace convtune
