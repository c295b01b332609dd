#include "enumerations.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <utility>

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
  // More of it than what makes a class of machines: cuDNN refuses by limits of grids, too.
  here.identity["properties"] = rooms.device.properties;
  return here;
}

}  // namespace

std::shared_ptr<Store> Enumerations::readable() {
  if (!store_) store_ = rooms_.open(OpenMode::read);
  return store_;
}

std::shared_ptr<Store> Enumerations::writable() {
  if (writable_) return store_;
  if (named_ == NamedStore::must_be_there && rooms_.named_store && !readable()) return nullptr;
  store_ = rooms_.open(OpenMode::write);
  writable_ = true;
  std::ranges::move(store_->warnings(), std::back_inserter(warnings_));
  return store_;
}

// That of the implementation's backend; where all its files are those of an environment that
// `store` (may be nullptr) remembers, without opening them. Nullptr: nothing can be asked of it.
const Environment* Enumerations::environment_of(const Implementation& implementation,
                                                const Store* store) {
  const std::string name(implementation.backend());
  if (const auto known = environments_.find(name); known != environments_.end())
    return &known->second;
  if (store)
    if (auto past = remembered_environment(name, rooms_.device, *store);
        past && !past->files.empty()) {
      remembered_.insert(name);
      return &environments_.emplace(name, *std::move(past)).first->second;
    }
  const Backend& backend = rooms_.backend(name);
  if (!backend.unavailable().empty() || !mixed_versions(backend).empty()) return nullptr;
  return &environments_.emplace(name, probe_environment(backend, rooms_.device)).first->second;
}

OfferKey Enumerations::key_of(const Implementation& implementation, const ConvProblem& problem,
                              const Environment& here, std::size_t neighbours) const {
  return {.implementation = std::string(implementation.name()),
          .revision = implementation.revision(),
          .environment = asked_in(here, rooms_, neighbours).hash(),
          .problem = problem};
}

std::optional<Offer> Enumerations::kept(const Implementation& implementation,
                                        const ConvProblem& problem, std::size_t neighbours) {
  if (!implementation.slow_to_ask()) return std::nullopt;
  try {
    const std::shared_ptr<const Store> store = readable();
    if (!store) return std::nullopt;
    const Environment* const here = environment_of(implementation, store.get());
    if (here == nullptr) return std::nullopt;
    std::optional<Offer> offer =
        store->kept_offer(key_of(implementation, problem, *here, neighbours));
    if (offer) remember_files(*here);
    return offer;
  } catch (const Error&) {
    return std::nullopt;  // whoever needs the database says what is wrong with it
  }
}

void Enumerations::remember(const Environment& here, Store& store) {
  if (remembered_.contains(here.backend)) return;
  store.remember(here);
  remembered_.insert(here.backend);
}

// So that files that were replaced by equal ones are opened once.
void Enumerations::remember_files(const Environment& here) {
  if (here.files.empty() || remembered_.contains(here.backend)) return;
  try {
    if (const std::shared_ptr<Store> store = writable()) remember(here, *store);
  } catch (const Error&) {
    // They are opened again next time.
  }
}

void Enumerations::keep(const Implementation& implementation, const ConvProblem& problem,
                        const Offer& offer, std::size_t neighbours) {
  if (!implementation.slow_to_ask()) return;
  try {
    const Environment* const here = environment_of(implementation, nullptr);
    if (here == nullptr) return;
    const std::shared_ptr<Store> store = writable();
    if (!store) return;
    remember(*here, *store);
    store->keep_offer(key_of(implementation, problem, *here, neighbours), offer);
  } catch (const Error& error) {
    // It is asked again next time.
    if (named_ == NamedStore::may_be_made && !told_)
      warnings_.push_back(fmt::format("What was listed could not be kept: {}", error.what()));
    told_ = true;
  }
}

std::vector<std::string> Enumerations::warnings() {
  return std::exchange(warnings_, {});
}

}  // namespace convtune
