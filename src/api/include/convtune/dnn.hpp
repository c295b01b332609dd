#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <convtune/border_mode.hpp>
#include <convtune/context.hpp>
#include <convtune/convolution.hpp>
#include <convtune/defaults.hpp>
#include <convtune/tensor_view.hpp>

namespace convtune {

/// `conv` reverses the taps, `cross` does not.
enum class ConvMode { conv, cross };

/// What a forward convolution is a part of (dnn_conv's direction_hint). `forward_only` is Theano's
/// "forward!": a forward convolution whatever would be faster.
enum class DirectionHint { none, forward, forward_only, bprop_weights, bprop_inputs };

/// The arguments of Theano's GpuDnnConvDesc and of the functions around it.
struct DnnOptions {
  BorderMode border_mode = {};
  std::vector<std::int64_t> subsample = {};  ///< strides; empty: 1
  std::vector<std::int64_t> dilation = {};   ///< empty: 1
  ConvMode conv_mode = ConvMode::conv;
  std::optional<PrecisionRule> precision = {};  ///< empty: that of Defaults
  std::int64_t num_groups = 1;
  std::string algo = {};  ///< a policy; empty: that of Defaults for the direction
  DirectionHint direction_hint = DirectionHint::none;  ///< of dnn_conv and dnn_conv3d
  double alpha = 1, beta = 0;                          ///< result = alpha conv + beta result
  /// Who chooses and runs; what Theano's node was, so that `_once` is frozen in it. It brings its
  /// own policy: no algo beside it. Nullptr: an object of this thread for each policy, in which
  /// `_once` has no node to be frozen in and is `_on_shape_change`.
  Convolution* convolution = nullptr;
};

// Theano's dnn_conv, dnn_gradinput and dnn_gradweight (theano/gpuarray/dnn.py) and their 3d forms
// on tensors in memory. Images are (N, C, [D,] H, W), kernels (K, C/g, [kD,] kH, kW), outputs (N,
// K, [oD,] oH, oW), with any strides: what is not contiguous, or not of the type that both inputs
// share (f16 and f32: f32, f16 and bf16: f32, f32 and f64: f64), is copied first. The result has
// that type and must not overlap the inputs: where it would be written in place, that is an error.
//
// result = alpha conv + beta result; with beta 0 its old values are not looked at. The convolution
// is rounded to the result's type before it is scaled, and alpha and beta are taken in double.
// Without images, filters or channels it is beta result (zeros for beta 0), and no kernel runs.
//
// On a GPU, which is where the Convolution in the options runs, tensors are of its memory,
// contiguous and of one type, alpha is 1 and beta 0 or 1: nothing is copied or scaled there.
//
// Errors are Error(bad_input) with one sentence: wrong numbers of extents, channels that the groups
// do not divide, a gradient or a result of another shape than the convolution makes, types that are
// not floating, a float16 accumulation in a gradient; and what Convolution::run throws. One call at
// a time for one Convolution; without one, any thread.

/// Forward, two spatial axes. With one group and stride 1, like Theano's: `valid` without dilation
/// and with the hint bprop_weights runs as a gradient with respect to weights, and `full` unless
/// forward_only is said as a gradient with respect to inputs. Both ignore `algo` for the Defaults
/// of that direction.
void dnn_conv(const ConstTensorView& img, const ConstTensorView& kerns, const TensorView& result,
              const DnnOptions& options = {});
/// The same with three spatial axes.
void dnn_conv3d(const ConstTensorView& img, const ConstTensorView& kerns, const TensorView& result,
                const DnnOptions& options = {});

/// The gradient with respect to the image, which has the extents of `result`.
void dnn_gradinput(const ConstTensorView& kerns, const ConstTensorView& topgrad,
                   const TensorView& result, const DnnOptions& options = {});
void dnn_gradinput3d(const ConstTensorView& kerns, const ConstTensorView& topgrad,
                     const TensorView& result, const DnnOptions& options = {});

/// The gradient with respect to the kernels, which have the extents of `result`.
void dnn_gradweight(const ConstTensorView& img, const ConstTensorView& topgrad,
                    const TensorView& result, const DnnOptions& options = {});
void dnn_gradweight3d(const ConstTensorView& img, const ConstTensorView& topgrad,
                      const TensorView& result, const DnnOptions& options = {});

/// Theano's version(): of the deep-learning library of the context's device (oneDNN on a CPU) as
/// it is loaded, as 10000 major + 100 minor + patch. Where there is none: Error(environment), or -1
/// with `raises` false. Headers of another version than what is loaded are always that error.
std::int64_t dnn_version(bool raises = true, const Context& context = {});

}  // namespace convtune
