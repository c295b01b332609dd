#pragma once

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include <convtune/implementation.hpp>

#include "algorithm.hpp"
#include "legacy_descriptors.hpp"

namespace convtune::cudnn {

/// cuDNN's legacy interface for one problem under one math type on one GPU. The handle is the
/// caller's, not null, and used by one thread at a time. Throws Failure for what is no refusal.
class Legacy {
 public:
  Legacy(const ConvProblem& problem, cudnnMathType_t math, cudnnHandle_t handle,
         const LegacyFunctions& call);

  /// Bytes of workspace that an algorithm wants, or the library's words for not supporting it.
  std::variant<std::size_t, std::string> workspace(int number) const;

  /// The algorithms that the library's heuristic (_v7) holds possible under this math type, best
  /// first. Empty where it has no answer.
  std::vector<int> heuristic() const;

  /// One line of what cudnnFind...AlgorithmEx says. Its times are the library's own.
  struct Timed {
    int number = 0;
    cudnnMathType_t math = CUDNN_DEFAULT_MATH;
    std::string refusal = {};  ///< the library's words; empty: it was timed
    double seconds = 0;
    std::size_t workspace_bytes = 0;
    bool deterministic = false;
  };
  /// Lets the library time all of its algorithms on those buffers, fastest first. Overwrites the
  /// output. It tries math types besides this one, as it sees fit.
  std::vector<Timed> search(const Buffers& buffers, std::size_t workspace_bytes) const;

  /// Puts the call on the stream of `buffers`: alpha 1, beta 1 for an accumulating problem, else 0.
  void run(int number, const Buffers& buffers, std::size_t workspace_bytes) const;

 private:
  ConvProblem problem_;
  cudnnMathType_t math_;
  cudnnHandle_t handle_;
  LegacyFunctions call_;
  LegacyDescriptors descriptors_;
};

}  // namespace convtune::cudnn
