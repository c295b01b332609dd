#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rooms.hpp"

namespace convtune {

/// Whether a database that its user named and that is not there may be made.
enum class NamedStore { must_be_there, may_be_made };

/// What implementations that are slow to ask offered, from the store and into it. One object opens
/// the database, and finds out the environment of each backend, once for all its problems. Of one
/// thread at a time.
class Enumerations {
 public:
  explicit Enumerations(const Rooms& rooms, NamedStore named = NamedStore::must_be_there)
      : rooms_(rooms), named_(named) {}

  /// What was offered for a problem in the environment that is here; with `neighbours` the so many
  /// that were to be more of it. Opens no library whose files are those of an environment that the
  /// store remembers. Nullopt if it must be asked: where the library is not usable, where the
  /// database cannot serve, and for all that are not slow.
  std::optional<Offer> kept(const Implementation& implementation, const ConvProblem& problem,
                            std::size_t neighbours = 0);

  /// Keeps what it offered, if it is slow to ask and its library is usable.
  void keep(const Implementation& implementation, const ConvProblem& problem, const Offer& offer,
            std::size_t neighbours = 0);

  /// What opening the database for writing had to say, such as that it was damaged; and, where it
  /// may be made, that nothing could be kept. Each is given once.
  std::vector<std::string> warnings();

 private:
  std::shared_ptr<Store> readable();
  std::shared_ptr<Store> writable();
  void remember(const Environment& here, Store& store);
  void remember_files(const Environment& here);
  const Environment* environment_of(const Implementation& implementation, const Store* store);
  OfferKey key_of(const Implementation& implementation, const ConvProblem& problem,
                  const Environment& here, std::size_t neighbours) const;

  const Rooms& rooms_;
  NamedStore named_;
  std::shared_ptr<Store> store_;
  bool writable_ = false;
  std::map<std::string, Environment> environments_;  ///< of backends that are usable
  std::set<std::string> remembered_;                 ///< backends whose environment is stored
  std::vector<std::string> warnings_;
  bool told_ = false;  ///< that nothing could be kept
};

}  // namespace convtune
