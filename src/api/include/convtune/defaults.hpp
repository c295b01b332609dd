#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <convtune/constraints.hpp>
#include <convtune/types.hpp>

namespace convtune {

/// How Theano's `precision` names the type in which a convolution adds up.
enum class PrecisionRule { as_input_f32, as_input, float16, float32, float64 };
std::string_view name(PrecisionRule rule);
std::optional<PrecisionRule> precision_rule(std::string_view name);

/// What is taken where a call says nothing: Theano's configuration flags (dnn.conv.*, metaopt.*,
/// optimizer_including, dnn.enabled). A value.
struct Defaults {
  /// dnn.enabled. `required`: nothing but cuDNN may answer; `never`: it may not; the others: it may
  /// where it is usable.
  enum class Cudnn { automatic, required, never, no_check };

  std::string algo_fwd = "small", algo_bwd_data = "none", algo_bwd_filter = "none";
  PrecisionRule precision = PrecisionRule::as_input_f32;
  int metaopt_verbose = 0;  ///< 0 silent, 1 what was left out and why, 2 times and the winner too
  Tags metaopt_including = {}, metaopt_excluding = {};
  /// `cudnn`: nothing else may answer, which is an error where it is not there. `conv_meta`: a
  /// convolution without an algorithm of its own times on a miss (time_on_shape_change), across all
  /// families. Other tags change nothing, since nothing is left out that would need them.
  Tags including = {};
  Tags excluding = {};  ///< candidates with one of these may not answer
  Cudnn cudnn = Cudnn::automatic;

  /// Theano's name for what answers in one direction when nobody says.
  const std::string& algo(Direction direction) const;

  /// `constraints`, narrowed by including, excluding and cudnn.
  Constraints narrowed(Constraints constraints) const;
};

/// The value of an environment variable; nullptr: not set.
using Variables = std::function<const char*(const char* name)>;

/// CONVTUNE_ALGO_FWD, CONVTUNE_ALGO_BWD_DATA, CONVTUNE_ALGO_BWD_FILTER, CONVTUNE_PRECISION,
/// CONVTUNE_METAOPT_VERBOSE, CONVTUNE_METAOPT_INCLUDING, CONVTUNE_METAOPT_EXCLUDING,
/// CONVTUNE_INCLUDING, CONVTUNE_EXCLUDING (tags between colons or commas) and CONVTUNE_CUDNN (auto,
/// True, False, no_check) over what is usual; empty ones count as not set. The older
/// CONVTUNE_ALGO_BWD sets both backward ones that are not set themselves. Throws Error(bad_input)
/// for a value that there is not, and for CONVTUNE_WORKMEM and CONVTUNE_WORKMEM_BWD, which are
/// gone, naming what took their place.
Defaults read_defaults(const Variables& variables);

/// Those of this process, read from its environment when first asked for. Any thread.
const Defaults& defaults();

}  // namespace convtune
