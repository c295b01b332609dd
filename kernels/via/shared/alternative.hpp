#pragma once

#include <array>
#include <string>

#include <convtune/decorator.hpp>

#include "turned.hpp"

namespace convtune::via {

/// The other convolution that a problem comes down to, and how it gets its tensors.
struct Rewritten {
  ConvShape shape;  ///< direction, sizes and axes; the rest is filled in
  Turned source, filter, destination;
  /// How much longer it takes than its inner candidate would for the problem as it is meant. Seen
  /// with 3x3 filters, 28x28 outputs and 64 channels: up to 1.2 where only filters are
  /// exchanged, 2.4 to 2.9 where batch and channels are and the filters are as large as images.
  double detour = 1.25;

  const Turned& of(Role role) const {
    return role == Role::source ? source : role == Role::filter ? filter : destination;
  }
};

/// Channels take the place of the batch, and the outer result that of the filters; the outer
/// filters are the inner result. As a forward problem; of valid and undilated ones only.
Rewritten batch_for_channels(const ConvProblem& problem);

/// The filters have input and output channels exchanged, and source and result change places. As a
/// forward problem without padding.
Rewritten source_for_result(const ConvProblem& problem);

/// A case in which a convolution is computed by another direction: or why it is none.
using Rewriting = std::variant<Rewritten, Refusal>;

bool all_valid(const ConvProblem& problem);  ///< no axis has padding
bool all_full(const ConvProblem& problem);   ///< every axis has all the padding that makes sense
bool all_undilated(const ConvProblem& problem);  ///< no axis has dilation

/// Theano's alternatives: the same numbers through another direction, on whatever its inner
/// candidate runs on. Copies and flips that this takes are inside the time.
class Alternative : public Decorator {
 public:
  Tags tags() const override { return {"alternative", "default"}; }
  std::string_view backend() const override { return "cpu"; }
  bool runs_on(DeviceKind) const override { return true; }

  std::variant<ConvProblem, Refusal> inner(const ConvProblem& problem) const override;
  Offer around(const ConvProblem& problem, std::span<const Candidate> inners) const override;
  std::unique_ptr<Plan> prepare(const ConvProblem& problem, const Candidate& candidate,
                                const Device& device) const override;

 private:
  /// Only asked for problems with one group, stride 1, shared filters of one type and channels
  /// first.
  virtual Rewriting rewrite(const ConvProblem& problem) const = 0;

  std::variant<std::pair<ConvProblem, Rewritten>, Refusal> rewritten(
      const ConvProblem& problem) const;
};

}  // namespace convtune::via
