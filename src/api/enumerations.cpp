#include "enumerations.hpp"

#include <cstdlib>

#include <fmt/format.h>

#include <convtune/context.hpp>
#include <convtune/error.hpp>

#include "dnn_library.hpp"

namespace convtune {
namespace {

std::string text_of(const LibraryFile& file) {
  return file.path.empty() ? "none"
                           : fmt::format("{} {} {}", file.path, file.size, file.modified_ns);
}

// What an answer depends on besides implementation and problem: the environment that times depend
// on, and more. Of a device that is only described less can be asked than of one of the same class
// that is here, and without a driver, or another library that it opens by name, cuDNN supports
// other engines than with it.
Environment asked_in(Environment here, const Rooms& rooms, std::size_t neighbours) {
  here.identity["present"] = rooms.device.present ? "yes" : "no";
  here.identity["neighbours"] = std::to_string(neighbours);
  if (rooms.device.kind == DeviceKind::cpu) return here;
  const char* const folders = std::getenv("LD_LIBRARY_PATH");
  here.identity["library_path"] = folders != nullptr ? folders : "";
  here.identity["driver"] = text_of(rooms.driver());
  return here;
}

OfferKey key_of(const Implementation& implementation, const ConvProblem& problem,
                const Environment& here, const Rooms& rooms, std::size_t neighbours) {
  return {.implementation = std::string(implementation.name()),
          .revision = implementation.revision(),
          .environment = asked_in(here, rooms, neighbours).hash(),
          .problem = problem};
}

// That of the implementation's backend, without opening its libraries where their files are those
// of an environment that is remembered. Nullopt: nothing can be asked of them.
std::optional<Environment> known_environment(const Implementation& implementation,
                                             const Rooms& rooms, const Store& store) {
  const std::string name(implementation.backend());
  auto remembered = remembered_environment(name, rooms.device, store);
  if (remembered && !remembered->files.empty()) return remembered;
  const Backend& backend = rooms.backend(name);
  if (!backend.unavailable().empty() || !mixed_versions(backend).empty()) return std::nullopt;
  return probe_environment(backend, rooms.device);
}

}  // namespace

std::optional<Offer> kept_offer(const Implementation& implementation, const ConvProblem& problem,
                                const Rooms& rooms, std::size_t neighbours) {
  if (!implementation.slow_to_ask()) return std::nullopt;
  try {
    const std::shared_ptr<const Store> store = rooms.open(OpenMode::read);
    if (!store) return std::nullopt;
    const std::optional<Environment> here = known_environment(implementation, rooms, *store);
    if (!here) return std::nullopt;
    return store->kept_offer(key_of(implementation, problem, *here, rooms, neighbours));
  } catch (const Error&) {
    return std::nullopt;  // whoever needs the database says what is wrong with it
  }
}

void keep_offer(const Implementation& implementation, const ConvProblem& problem,
                const Rooms& rooms, const Offer& offer, std::size_t neighbours) {
  if (!implementation.slow_to_ask()) return;
  try {
    const Backend& backend = rooms.backend(implementation.backend());
    if (!backend.unavailable().empty()) return;
    // Whoever only looks makes no file of a name that may be wrong.
    if (rooms.named_store && !rooms.open(OpenMode::read)) return;
    const Environment here = probe_environment(backend, rooms.device);
    const std::shared_ptr<Store> store = rooms.open(OpenMode::write);
    store->remember(here);
    store->keep_offer(key_of(implementation, problem, here, rooms, neighbours), offer);
  } catch (const Error&) {
    // It is asked again next time.
  }
}

}  // namespace convtune
