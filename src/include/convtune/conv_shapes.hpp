#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <convtune/border_mode.hpp>
#include <convtune/problem.hpp>

namespace convtune {

/// What Theano's AbstractConv is told besides its tensors. Empty lists are 1 for every axis.
struct ConvParameters {
  BorderMode border = {};
  std::vector<std::int64_t> subsample = {};  ///< strides, outermost axis first
  std::vector<std::int64_t> dilation = {};   ///< filter_dilation
  std::int64_t groups = 1;                   ///< num_groups
  bool unshared = false;                     ///< one filter per output position, 2-D only
  bool flip = true;                          ///< filter_flip: a convolution, not a correlation
};

/// Extents as Theano orders them: image (N, C, spatial...), kernel (K, C/g, spatial...), unshared
/// (K, output spatial..., C/g, spatial...), output (N, K, spatial...). Nullopt: not known.
using PartialShape = std::vector<std::optional<std::int64_t>>;

// The shape helpers of theano.tensor.nnet.abstract_conv. Every result is nullopt where an extent
// that it depends on is. Error(bad_input) for a shape of the wrong length, for lists that are not
// one number an axis, for strides, dilations or groups below 1, and for negative padding.

/// get_conv_output_shape: floor((i + left + right - dk) / s) + 1 on each axis. Not above 0 where
/// the filter does not fit, since nothing is refused here.
PartialShape conv_output_shape(const PartialShape& image, const PartialShape& kernel,
                               const ConvParameters& parameters);

/// get_conv_gradweights_shape: the kernel that makes `output` of `image`. Nullopt on an axis with a
/// stride and with `half`, where several do. Error(bad_input) where a dilation lets none do
/// (Theano answers a fraction there).
PartialShape conv_kernel_shape(const PartialShape& image, const PartialShape& output,
                               const ConvParameters& parameters);

/// get_conv_gradinputs_shape: the image of which `kernel` makes `output`. Nullopt on an axis with a
/// stride, where several do.
PartialShape conv_image_shape(const PartialShape& kernel, const PartialShape& output,
                              const ConvParameters& parameters);

/// check_conv_gradinputs_shape: whether `output` is what `kernel` makes of `image`; what is not
/// known agrees with everything. False, too, for shapes of unequal length.
bool conv_shapes_agree(const PartialShape& image, const PartialShape& kernel,
                       const PartialShape& output, const ConvParameters& parameters);

/// The convolution of an image and a kernel of these extents, with everything else at its default
/// and its rules still unchecked: ConvProblem::make says what is wrong with it. Error
/// (bad_input) when the ranks disagree or are not one to three axes, when the kernel's channels
/// are not the image's divided by the groups, or an unshared kernel has other positions than the
/// output.
ConvShape conv_shape(const std::vector<std::int64_t>& image,
                     const std::vector<std::int64_t>& kernel, const ConvParameters& parameters);

/// "(2, 3, ?, 5)".
std::string text(const PartialShape& shape);

}  // namespace convtune
