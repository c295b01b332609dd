#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <convtune/conv_shapes.hpp>
#include <convtune/convolution.hpp>
#include <convtune/error.hpp>
#include <convtune/reference.hpp>

namespace convtune {

using Shape = std::vector<std::int64_t>;

/// Tensors of small integers for one problem, with the output's right values beside them.
class Tensors {
 public:
  explicit Tensors(const ConvProblem& problem) : problem_(problem) {
    source_ = filled(Role::source, 7);
    filter_ = filled(Role::filter, 5);
    destination_ = filled(Role::destination, 3);
    for (float& value : output()) value = std::nanf("");
  }

  Buffers buffers(std::size_t shift_bytes = 0) {
    return {.source = source_.data() + shift_bytes / sizeof(float),
            .filter = filter_.data(),
            .destination = destination_.data()};
  }

  bool right() {
    const auto wide = [](const std::vector<float>& values) {
      return std::vector<double>(values.begin(), values.end());
    };
    const std::vector<double> source = wide(source_), filter = wide(filter_),
                              destination = wide(destination_);
    std::vector<ReferenceValue> sums(
        static_cast<std::size_t>(elements(problem_, output_role(problem_->direction))));
    reference(problem_, {source.data(), filter.data(), destination.data(), nullptr}, 0, sums);
    for (std::size_t i = 0; i < sums.size(); ++i)
      if (output()[i] != static_cast<float>(sums[i].value)) return false;
    return true;
  }

  std::vector<float>& output() {
    switch (problem_->direction) {
      case Direction::forward: return destination_;
      case Direction::backward_data: return source_;
      default: return filter_;
    }
  }

 private:
  // A little longer, for views that begin later.
  std::vector<float> filled(Role role, int period) const {
    std::vector<float> values(static_cast<std::size_t>(elements(problem_, role)) + 4);
    const int middle = period / 2;
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = static_cast<float>(static_cast<int>(i) % period - middle);
    return values;
  }

  ConvProblem problem_;
  std::vector<float> source_, filter_, destination_;
};

/// Of a convolution without padding or strides.
inline ConvProblem problem_of(const Shape& image, const Shape& kernel,
                              Direction direction = Direction::forward) {
  ConvShape shape = conv_shape(image, kernel, {});
  shape.direction = direction;
  return ConvProblem::make(shape);
}

/// Runs it on made tensors, whose output then is right.
inline void run(Convolution& convolution, const ConvProblem& problem) {
  Tensors tensors(problem);
  convolution.run(problem, tensors.buffers());
  EXPECT_TRUE(tensors.right()) << text(problem);
}

/// What it says when it does not run.
inline std::string refusal(Convolution& convolution, const ConvProblem& problem, ErrorCode code) {
  Tensors tensors(problem);
  try {
    convolution.run(problem, tensors.buffers());
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code);
    EXPECT_EQ(convolution.choice(), nullptr);
    return error.what();
  }
  return "nothing was refused";
}

}  // namespace convtune
