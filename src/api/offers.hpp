#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include <convtune/constraints.hpp>
#include <convtune/tuner.hpp>

#include "enumerations.hpp"
#include "rooms.hpp"

namespace convtune {

/// Everything that applies to one problem here, and what does not.
struct Offers {
  std::vector<Contender> contenders;
  std::vector<Listing::Refused> refusals;
  std::vector<Listing::Refused> denied;  ///< by a denylist; they would be contenders otherwise
  /// Implementations among the refused whose library cannot be asked of anything, and why.
  std::vector<Listing::Refused> unasked;

  /// What there is to say of the database that asking wrote to.
  std::vector<std::string> warnings;

  /// Refused and denied.
  std::vector<Listing::Refused> left_out() const;
};

/// Asks every implementation of the device; opens their backends. A backend whose header and run
/// time are of different versions is refused as a whole, and so is everybody where a GPU's memory
/// does not hold the tensors. Decorators are handed a few candidates of
/// each of the others, those that are likely the fastest.
/// `neighbours`: at most so many more of each, near its likeliest ones.
Offers offers_for(const ConvProblem& problem, const Rooms& rooms, std::size_t neighbours = 0);
/// The same for one of many problems, which share `past`.
Offers offers_for(const ConvProblem& problem, const Rooms& rooms, Enumerations& past,
                  std::size_t neighbours = 0);

/// Who could not be asked though `constraints` let it in, a sentence for each reason: an answer
/// that others gave may not be what it would be with them.
std::vector<std::string> sentences_on_unasked(const Offers& offers, const Constraints& constraints,
                                              const Rooms& rooms);

/// Says so of many problems once for each reason.
class UnaskedWarnings {
 public:
  void add(const Offers& offers, const Rooms& rooms, std::vector<std::string>& warnings);

 private:
  std::set<std::string> said_;
};

/// How many neighbours of each implementation's likeliest candidates tuning with `rigour` tries.
std::size_t neighbours_tried(Rigour rigour);

/// Those whose text matches `pattern` (empty: all) and not `without` (empty: none excluded).
std::vector<Contender> chosen_from(const std::vector<Contender>& contenders,
                                   const std::string& pattern, const std::string& without);

/// True if every one is hopelessly slow.
bool all_hopeless(const std::vector<Contender>& contenders);

/// True if the hopelessly slow among `contenders` were asked for: nothing else matched `pattern`.
bool names_the_hopeless(const std::vector<Contender>& contenders, const std::string& pattern);

/// The environments of the backends here and now, each probed when first asked for.
class Environments {
 public:
  explicit Environments(const Rooms& rooms) : rooms_(rooms) {}

  /// Opens the backend, unless its environment is known already.
  const Environment& of(const std::string& backend);
  /// As the store remembers it; nullptr when it must be probed. Opens nothing.
  const Environment* remembered(const std::string& backend, const Store& store);
  /// The same for the backends of all that is on offer: of() opens none of those afterwards.
  void remember(const Offers& offers, const Store& store);

 private:
  const Rooms& rooms_;
  std::map<std::string, Environment> known_;
};

}  // namespace convtune
