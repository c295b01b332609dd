#include "enumerations.hpp"

#include <convtune/context.hpp>
#include <convtune/error.hpp>

namespace convtune {
namespace {

// Of a device that is only described less can be asked than of one of the same class that is here.
OfferKey key_of(const Implementation& implementation, const ConvProblem& problem,
                const Environment& environment, const Device& device) {
  return {.implementation =
              std::string(implementation.name()) + (device.present ? "" : " of a description"),
          .revision = implementation.revision(),
          .environment = environment.hash(),
          .problem = problem};
}

}  // namespace

std::optional<Offer> kept_offer(const Implementation& implementation, const ConvProblem& problem,
                                const Rooms& rooms) {
  if (!implementation.slow_to_ask()) return std::nullopt;
  try {
    const std::shared_ptr<const Store> store = rooms.open(OpenMode::read);
    if (!store) return std::nullopt;
    const auto here =
        remembered_environment(std::string(implementation.backend()), rooms.device, *store);
    if (!here) return std::nullopt;
    return store->kept_offer(key_of(implementation, problem, *here, rooms.device));
  } catch (const Error&) {
    return std::nullopt;  // whoever needs the database says what is wrong with it
  }
}

void keep_offer(const Implementation& implementation, const ConvProblem& problem,
                const Rooms& rooms, const Offer& offer) {
  if (!implementation.slow_to_ask()) return;
  try {
    const Backend& backend = rooms.backend(implementation.backend());
    if (!backend.unavailable().empty()) return;
    // Whoever only looks makes no file of a name that may be wrong.
    if (rooms.named_store && !rooms.open(OpenMode::read)) return;
    const Environment here = probe_environment(backend, rooms.device);
    const std::shared_ptr<Store> store = rooms.open(OpenMode::write);
    store->remember(here);
    store->keep_offer(key_of(implementation, problem, here, rooms.device), offer);
  } catch (const Error&) {
    // It is asked again next time.
  }
}

}  // namespace convtune
