// Theano's rules for the extents of image, kernel and output, any of which may be unknown.
#include <algorithm>

#include <convtune/conv_shapes.hpp>

namespace convtune {
namespace {

using Extent = std::optional<std::int64_t>;
using Numbers = std::vector<std::int64_t>;

[[noreturn]] void refuse(const std::string& sentence) {
  throw Error(ErrorCode::bad_input, sentence);
}

/// `numbers`, or 1 for every axis; each at least 1.
Numbers per_axis(const char* name, const Numbers& numbers, std::size_t rank) {
  if (numbers.empty()) return Numbers(rank, 1);
  if (numbers.size() != rank)
    refuse("The " + std::string(name) + " has " + std::to_string(numbers.size()) +
           " numbers; expected one for each of " + std::to_string(rank) + " axes.");
  for (const std::int64_t number : numbers)
    if (number < 1)
      refuse("The " + std::string(name) + " is " + std::to_string(number) +
             " on one axis; expected at least 1.");
  return numbers;
}

/// The parameters for one number of axes, all lists filled.
struct Steps {
  Steps(const ConvParameters& parameters, std::size_t rank)
      : border(parameters.border),
        subsample(per_axis("subsample", parameters.subsample, rank)),
        dilation(per_axis("dilation", parameters.dilation, rank)) {
    if (parameters.groups < 1)
      refuse("The number of groups is " + std::to_string(parameters.groups) +
             "; expected at least 1.");
    if (parameters.unshared && rank != 2)
      refuse("The kernel is unshared over " + std::to_string(rank) + " axes; expected two.");
    // Numbers of the wrong count are refused also where a kernel is not known.
    static_cast<void>(border.padding(Numbers(rank, 1), dilation));
  }

  Padding padding(std::size_t axis, std::int64_t filter) const {
    return border.padding(Numbers(dilation.size(), filter), dilation)[axis];
  }

  const BorderMode& border;
  Numbers subsample, dilation;
};

/// Where the channels and the spatial extents of each tensor stand.
std::size_t rank_of(const char* name, const PartialShape& shape) {
  if (shape.size() < 3 || shape.size() > 5)
    refuse("The shape of the " + std::string(name) + " is " + text(shape) +
           "; expected two extents and one to three spatial ones.");
  return shape.size() - 2;
}

std::size_t kernel_rank(const PartialShape& kernel, bool unshared) {
  if (!unshared) return rank_of("kernel", kernel);
  if (kernel.size() != 6)
    refuse("The shape of the unshared kernel is " + text(kernel) + "; expected six extents.");
  return 2;
}

void must_agree(std::size_t one, std::size_t other) {
  if (one != other)
    refuse("The shapes have " + std::to_string(one) + " and " + std::to_string(other) +
           " spatial extents; expected the same number.");
}

/// Also where the filter does not fit, which goes on below one.
std::int64_t outputs(const Axis& axis) {
  if (axis.fits()) return axis.out();
  const std::int64_t missing = axis.reach() - axis.padded();
  return 1 - (missing + axis.stride - 1) / axis.stride;
}

Extent output_extent(Extent image, Extent kernel, const Steps& steps, std::size_t axis) {
  if (!image || !kernel) return std::nullopt;
  const Padding pad = steps.padding(axis, *kernel);
  return outputs({.in = *image,
                  .filter = *kernel,
                  .pad_left = pad.left,
                  .pad_right = pad.right,
                  .stride = steps.subsample[axis],
                  .dilation = steps.dilation[axis]});
}

Extent kernel_extent(Extent image, Extent output, const Steps& steps, std::size_t axis) {
  const BorderMode::Kind kind = steps.border.kind();
  if (!image || !output || steps.subsample[axis] != 1 || kind == BorderMode::Kind::half)
    return std::nullopt;
  std::int64_t steps_between = *output - *image;  // full
  if (kind != BorderMode::Kind::full) {
    const Padding pad = steps.padding(axis, 1);
    steps_between = *image + pad.left + pad.right - *output;
  }
  if (steps_between % steps.dilation[axis] != 0)
    refuse("No kernel with a dilation of " + std::to_string(steps.dilation[axis]) +
           " makes an output of " + std::to_string(*output) + " out of an image of " +
           std::to_string(*image) + " with the border mode " + text(steps.border) + ".");
  return steps_between / steps.dilation[axis] + 1;
}

Extent image_extent(Extent kernel, Extent output, const Steps& steps, std::size_t axis) {
  if (!kernel || !output || steps.subsample[axis] != 1) return std::nullopt;
  const Padding pad = steps.padding(axis, *kernel);
  return *output + Axis{.filter = *kernel, .dilation = steps.dilation[axis]}.reach() - 1 -
         pad.left - pad.right;
}

Extent times(Extent extent, std::int64_t factor) {
  return extent ? Extent(*extent * factor) : std::nullopt;
}

PartialShape known(const Numbers& shape) {
  return {shape.begin(), shape.end()};
}

}  // namespace

PartialShape conv_output_shape(const PartialShape& image, const PartialShape& kernel,
                               const ConvParameters& parameters) {
  const std::size_t rank = rank_of("image", image);
  must_agree(rank, kernel_rank(kernel, parameters.unshared));
  const Steps steps(parameters, rank);
  PartialShape output = {image[0], kernel[0]};
  for (std::size_t i = 0; i < rank; ++i)
    output.push_back(output_extent(image[2 + i], kernel[kernel.size() - rank + i], steps, i));
  return output;
}

PartialShape conv_kernel_shape(const PartialShape& image, const PartialShape& output,
                               const ConvParameters& parameters) {
  const std::size_t rank = rank_of("image", image);
  must_agree(rank, rank_of("output", output));
  const Steps steps(parameters, rank);
  PartialShape kernel = {output[1]};
  if (parameters.unshared) kernel.insert(kernel.end(), output.begin() + 2, output.end());
  kernel.push_back(image[1] ? Extent(*image[1] / parameters.groups) : std::nullopt);
  for (std::size_t i = 0; i < rank; ++i)
    kernel.push_back(kernel_extent(image[2 + i], output[2 + i], steps, i));
  return kernel;
}

PartialShape conv_image_shape(const PartialShape& kernel, const PartialShape& output,
                              const ConvParameters& parameters) {
  const std::size_t rank = rank_of("output", output);
  must_agree(kernel_rank(kernel, parameters.unshared), rank);
  const Steps steps(parameters, rank);
  const std::size_t spatial = kernel.size() - rank;
  PartialShape image = {output[0], times(kernel[spatial - 1], parameters.groups)};
  for (std::size_t i = 0; i < rank; ++i)
    image.push_back(image_extent(kernel[spatial + i], output[2 + i], steps, i));
  return image;
}

bool conv_shapes_agree(const PartialShape& image, const PartialShape& kernel,
                       const PartialShape& output, const ConvParameters& parameters) {
  const std::size_t kernel_extents = kernel.size() - (parameters.unshared ? 2 : 0);
  if (image.size() != kernel_extents || image.size() != output.size()) return false;
  const std::size_t rank = image.size() - 2;
  for (const Numbers* list : {&parameters.subsample, &parameters.dilation})
    if (!list->empty() && list->size() != rank) return false;
  const PartialShape made = conv_output_shape(image, kernel, parameters);
  return std::ranges::equal(output, made, [](const Extent& given, const Extent& computed) {
    return !given || !computed || *given == *computed;
  });
}

ConvShape conv_shape(const Numbers& image, const Numbers& kernel,
                     const ConvParameters& parameters) {
  const PartialShape partial_kernel = known(kernel);
  const std::size_t rank = rank_of("image", known(image));
  must_agree(rank, kernel_rank(partial_kernel, parameters.unshared));
  const Steps steps(parameters, rank);
  const std::size_t spatial = kernel.size() - rank;
  if (image[1] % parameters.groups != 0 || image[1] / parameters.groups != kernel[spatial - 1])
    refuse("The kernel " + text(partial_kernel) + " takes " + std::to_string(kernel[spatial - 1]) +
           " channels in each of " + std::to_string(parameters.groups) +
           " groups; expected them to make up the " + std::to_string(image[1]) +
           " channels of the image.");
  if (parameters.unshared) {
    const PartialShape made = conv_output_shape(known(image), partial_kernel, parameters);
    if (!std::equal(made.begin() + 2, made.end(), partial_kernel.begin() + 1))
      refuse("The unshared kernel " + text(partial_kernel) +
             " has other positions than the output " + text(made) + ".");
  }

  ConvShape shape;
  shape.batch = image[0];
  shape.in_channels = image[1];
  shape.out_channels = kernel[0];
  shape.groups = parameters.groups;
  shape.rank = static_cast<int>(rank);
  shape.flip = parameters.flip;
  shape.unshared = parameters.unshared;
  for (std::size_t i = 0; i < rank; ++i) {
    const Padding pad = steps.padding(i, kernel[spatial + i]);
    shape.axis[i] = {.in = image[2 + i],
                     .filter = kernel[spatial + i],
                     .pad_left = pad.left,
                     .pad_right = pad.right,
                     .stride = steps.subsample[i],
                     .dilation = steps.dilation[i]};
  }
  return shape;
}

std::string text(const PartialShape& shape) {
  std::string all;
  for (const Extent& extent : shape) {
    all.append(all.empty() ? "(" : ", ");
    all.append(extent ? std::to_string(*extent) : "?");
  }
  return all.empty() ? "()" : all + ")";
}

}  // namespace convtune
