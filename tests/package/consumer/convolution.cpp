// Runs a convolution on its own buffers, by the candidate that is fastest on this machine: the
// first call times and remembers, and from then on it only runs. Compares with a plain sum.
#include <cmath>
#include <cstdio>
#include <vector>

#include <convtune/convolution.hpp>
#include <convtune/dnn.hpp>

namespace {

constexpr int channels = 16, filters = 8, size = 28, taps = 3;

// One output of a 3x3 correlation with a border of one zero.
float expected(const std::vector<float>& image, const std::vector<float>& weights, int k, int y,
               int x) {
  double sum = 0;
  for (int c = 0; c < channels; ++c)
    for (int r = 0; r < taps; ++r)
      for (int s = 0; s < taps; ++s) {
        const int h = y + r - 1, w = x + s - 1;
        if (h < 0 || h >= size || w < 0 || w >= size) continue;
        sum += double{image[(c * size + h) * size + w]} *
               weights[((k * channels + c) * taps + r) * taps + s];
      }
  return static_cast<float>(sum);
}

std::vector<float> filled(std::size_t count, float step) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = std::sin(step * static_cast<float>(i));
  return values;
}

}  // namespace

int main() try {
  std::vector<float> image = filled(channels * size * size, 0.1F);
  std::vector<float> weights = filled(filters * channels * taps * taps, 0.3F);
  std::vector<float> output(filters * size * size), again(output.size());

  convtune::ConvolutionOptions options;
  options.policy = "time_once";
  convtune::Convolution convolution(options);

  const auto problem = convtune::parse_problem("fwd.f32.nchw_n1c16i28x28k8f3x3s1x1p1x1d1x1g1");
  for (int call = 0; call < 3; ++call)
    convolution.run(
        problem, {.source = image.data(), .filter = weights.data(), .destination = output.data()});
  std::printf("%s runs %s: %s\n", convolution.choice()->candidate.c_str(), text(problem).c_str(),
              convolution.choice()->reason.c_str());
  std::printf("choices made in three calls: %d\n",
              static_cast<int>(convolution.counts().selections));

  // The same by Theano's name for it, on views of the tensors.
  using enum convtune::DataType;
  convtune::DnnOptions arguments;
  arguments.border_mode = "half";
  arguments.conv_mode = convtune::ConvMode::cross;
  arguments.convolution = &convolution;
  convtune::dnn_conv({image.data(), f32, {1, channels, size, size}},
                     {weights.data(), f32, {filters, channels, taps, taps}},
                     {again.data(), f32, {1, filters, size, size}}, arguments);

  for (int k = 0; k < filters; ++k)
    for (int y = 0; y < size; ++y)
      for (int x = 0; x < size; ++x) {
        const std::size_t at = static_cast<std::size_t>((k * size + y) * size + x);
        const float right = expected(image, weights, k, y, x);
        if (std::abs(output[at] - right) > 1e-3F || std::abs(again[at] - right) > 1e-3F) {
          std::printf("wrong at %d %d %d: %g instead of %g\n", k, y, x, output[at], right);
          return 1;
        }
      }
  return convolution.counts().selections == 1 ? 0 : 1;
} catch (const convtune::Error& error) {
  std::printf("%s\n", error.what());
  return 1;
}
