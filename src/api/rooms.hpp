#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <convtune/backend.hpp>
#include <convtune/context.hpp>
#include <convtune/implementation.hpp>
#include <convtune/store.hpp>
#include <db/sqlite_store.hpp>
#include <tuner/tune.hpp>

namespace convtune {

/// Everything outside that the facades use, so that tests can put something else in its place.
struct Rooms {
  Device device;
  Machine machine;
  std::string who;  ///< user@host
  std::vector<const Implementation*> implementations;
  std::vector<const Backend*> backends;
  /// The store of the context; nullptr in read mode where there is none yet.
  std::function<std::shared_ptr<Store>(OpenMode)> open;
  /// Its user named the store: where there is none, only what measures makes it.
  bool named_store = false;
  /// The system's own store below the user's, for reading only; nullptr where there is none. Throws
  /// Error(environment) when it cannot be read. May be empty.
  std::function<std::shared_ptr<const Store>()> open_system;
  std::function<TuneReport(const ConvProblem&, std::span<const Contender>, const Device&,
                           const TuneSettings&)>
      tune;
  /// A device that is not the CPU, ready for work. Throws Error(environment).
  OpenAccelerator open_accelerator;
  /// The library of NVIDIA's driver; no path: there is none. Without it cuDNN supports less.
  std::function<LibraryFile()> driver;
  std::function<std::int64_t()> unix_time;  ///< seconds
  std::function<double()> seconds;          ///< of a steady clock
  std::vector<std::string> warnings = {};   ///< about what of the outside could not be used

  const Backend& backend(std::string_view name) const;
  /// Nullptr if there is none of that name.
  const Implementation* implementation(std::string_view name) const;
  /// Whose times the candidate's depend on, and the revision it has now: for a decorator's those of
  /// what is inside. Nullopt for what this program does not have.
  struct Origin {
    std::string backend;
    int revision = 1;
  };
  std::optional<Origin> origin(const Candidate& candidate) const;
  /// Who sums by the definition on a device of its own, which `device` is; nullptr on the CPU, or
  /// where there is nobody.
  const Implementation* definition() const;
};

/// The system's store; nullptr where there is none, or where it cannot be read, which becomes a
/// sentence in `warnings`.
std::shared_ptr<const Store> system_store(const Rooms& rooms, std::vector<std::string>& warnings);

Rooms real_rooms(const Context& context);

/// Throws Error(environment) where nothing can run: on a device that is only described.
void require_present(const Device& device);

}  // namespace convtune
