#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <convtune/choice.hpp>
#include <convtune/constraints.hpp>
#include <convtune/context.hpp>
#include <convtune/conv_shapes.hpp>

namespace convtune {

/// Theano's arithmetic over tags (LocalMetaOptimizer): everybody tagged `default` counts 1, each
/// tag of `including` adds 1 to those that carry it, each of `excluding` takes 1, and who is above
/// 0 stays. So who is excluded once and included once stays if it is also a default. Answers with
/// indexes into `candidates`: the defaults in their order, then those that a tag brought in.
std::vector<std::size_t> surviving(std::span<const Tags> candidates, const Tags& including,
                                   const Tags& excluding);

struct MetaOptions {
  Tags including = {}, excluding = {};  ///< metaopt.optimizer_including and _excluding
  /// metaopt.verbose: 1 tells who does not apply or failed and why, 2 also every time and the
  /// winner.
  int verbose = 0;
  std::function<void(const std::string&)> print = {};  ///< one line each
  Constraints constraints = {};                        ///< what the winner must keep to
  std::function<bool()> stop = {};                     ///< asked between samples
};

/// Those of Defaults.
MetaOptions default_meta_options();

/// A convolution whose extents may not all be known.
struct MetaNode {
  Direction direction = Direction::forward;
  PartialShape image = {}, kernel = {};  ///< of the forward convolution in each direction
  ConvParameters parameters = {};
  DataType type = DataType::f32;
};

struct Rooms;  ///< what the facades use of the outside; tests put something else in its place

/// Times every implementation of a convolution that tags let in, across families, and takes the
/// fastest: Theano's ConvMetaOptimizer. Better than there: candidates are verified first and raced
/// instead of called twice, a failing one costs nobody else anything, and what was measured is
/// stored and not timed again. One object a thread.
class MetaOptimizer {
 public:
  explicit MetaOptimizer(const Context& context);
  explicit MetaOptimizer(const Rooms& rooms);
  ~MetaOptimizer();

  /// One that takes part.
  struct Entry {
    std::string name;  ///< text of a candidate, or of what does not apply
    Tags tags;
    std::string not_applicable;  ///< why; empty: it applies
  };
  /// Who takes part, as the tags say; times nothing.
  std::vector<Entry> entries(const ConvProblem& problem, const MetaOptions& options) const;

  /// The fastest; the choice has no candidate, but a reason, when nobody is left. Throws
  /// Error(interrupted) when `stop` said so, and what Tuner throws.
  Choice optimize(const ConvProblem& problem, const MetaOptions& options);

  /// The same. Nullopt, and a line at verbose 1, where extents are missing, as nothing can be timed
  /// then.
  std::optional<Choice> optimize(const MetaNode& node, const MetaOptions& options);

  /// What went wrong with the store, one sentence each, since the last call.
  std::vector<std::string> warnings();

 private:
  class Body;
  std::unique_ptr<Body> body_;
};

}  // namespace convtune
