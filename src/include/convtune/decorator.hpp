#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include <convtune/implementation.hpp>

namespace convtune {

/// An implementation that turns its problem into another one and has that solved by a candidate of
/// another implementation, which stands in brackets in its own candidate's configuration:
/// "via.backward_data/[onednn.convolution/direct/jit:avx512_core/nChw16c]". Nests once: no
/// decorator is ever inside of another.
class Decorator : public Implementation {
 public:
  /// The problem that is handed on, or why there is none.
  virtual std::variant<ConvProblem, Refusal> inner(const ConvProblem& problem) const = 0;

  /// Candidates of `problem` out of candidates of inner(problem); refusals for those that do not
  /// fit. Whoever asks chooses which, and keeps them few.
  virtual Offer around(const ConvProblem& problem, std::span<const Candidate> inners) const = 0;

  /// By itself it has nothing to offer.
  Offer offer(const ConvProblem& problem, const Device& device) const override;
};

/// "onednn.convolution/direct/...": the text in brackets; nullopt for what is no decorator's.
std::optional<std::string_view> inner_text(const Candidate& candidate);

/// The implementation and the configuration of a candidate's text.
std::pair<std::string_view, std::string_view> split_text(std::string_view candidate);

/// The revision of what an implementation of revision `outer` makes of one of revision `inner`: a
/// bump of either retires its timings.
int decorated_revision(int outer, int inner);

}  // namespace convtune
