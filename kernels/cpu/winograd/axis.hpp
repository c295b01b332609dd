#pragma once

#include <algorithm>
#include <array>
#include <cmath>

namespace convtune::winograd {

/// One axis of a minimal filtering algorithm: `outputs` correlations with `taps` taps by `points`
/// products, y = A^T ((G g) . (B^T d)). Cook and Toom's construction, transposed: products of
/// polynomials evaluated at points, the last of which is infinity (Lavin, Gray: Fast Algorithms for
/// Convolutional Neural Networks, 2016; Blahut: Fast Algorithms for Signal Processing, 2010).
/// Finite points are 0, pairs of a number and its negative, and at most one more.
template <int outputs_, int taps_>
struct TileAxis {
  static constexpr int outputs = outputs_, taps = taps_, stride = 1, points = outputs + taps - 1;

  using Points = std::array<double, points>;  ///< of which the last is not used
  template <int rows, int columns>
  using Matrix = std::array<std::array<double, static_cast<std::size_t>(columns)>,
                            static_cast<std::size_t>(rows)>;

  Matrix<outputs, points> inverse{};  ///< A^T
  Matrix<points, taps> filter{};      ///< G
  Matrix<points, points> input{};     ///< B^T

  /// `pairs` are the numbers that are points with either sign; `lone` the one that is without its
  /// negative, if the count of points asks for one.
  template <std::size_t count>
  static constexpr TileAxis at(const std::array<double, count>& pairs, double lone = 0) {
    constexpr int finite_points = points - 1, paired = 2 * static_cast<int>(count) + 1;
    static_assert(finite_points == paired || finite_points == paired + 1);
    Points finite{};
    for (std::size_t pair = 0; pair < count; ++pair) {
      finite[2 * pair + 1] = pairs[pair];
      finite[2 * pair + 2] = -pairs[pair];
    }
    if (finite_points > paired) finite[paired] = lone;
    return from(finite);
  }

  /// How much larger than those of plain sums the errors are, in root mean square: what rounding
  /// does to numbers of the transforms' size, with numbers of random signs.
  constexpr double growth_squared() const {
    double worst = 0;
    for (int i = 0; i < outputs; ++i) {
      double sum = 0;
      for (int j = 0; j < points; ++j) {
        double of_filter = 0, of_input = 0;
        for (const double g : filter[j]) of_filter += g * g;
        for (const double b : input[j]) of_input += b * b;
        sum += inverse[i][j] * inverse[i][j] * of_filter * of_input;
      }
      worst = std::max(worst, sum / taps);
    }
    return worst;
  }

 private:
  static constexpr TileAxis from(const Points& finite) {
    constexpr int count = points - 1;
    TileAxis made;
    for (int j = 0; j < count; ++j) {
      double scale = 1;
      for (int other = 0; other < count; ++other)
        if (other != j) scale *= finite[j] - finite[other];
      double power = 1;
      for (int i = 0; i < std::max(outputs, taps); ++i, power *= finite[j]) {
        if (i < outputs) made.inverse[i][j] = power;
        if (i < taps) made.filter[j][i] = power / scale;
      }
      made.input[j] = product_of_roots(finite, j);
    }
    made.inverse[outputs - 1][count] = 1;
    made.filter[count][taps - 1] = 1;
    made.input[count] = product_of_roots(finite, count);
    return made;
  }

  /// Coefficients of the product over (x - point) for all finite points but one.
  static constexpr std::array<double, points> product_of_roots(const Points& finite, int without) {
    std::array<double, points> product{1};
    int degree = 0;
    for (int l = 0; l < points - 1; ++l) {
      if (l == without) continue;
      for (int at = ++degree; at > 0; --at) product[at] = product[at - 1] - finite[l] * product[at];
      product[0] *= -finite[l];
    }
    return product;
  }
};

/// An axis of one tap: a product for each output, and nothing to transform.
template <int outputs_>
struct DirectAxis {
  static constexpr int outputs = outputs_, taps = 1, stride = 1, points = outputs;
  constexpr double growth_squared() const { return 1; }
};

/// An axis of stride 2: every other pixel meets every other tap, so that it is the sum of two axes
/// of stride 1 with half of the taps each. Its points are those of `even`, then those of `odd`.
template <const auto& even_, const auto& odd_>
struct SplitAxis {
  static constexpr const auto& even = even_;
  static constexpr const auto& odd = odd_;
  static constexpr int outputs = even.outputs, taps = even.taps + odd.taps, stride = 2,
                       points = even.points + odd.points;
  static_assert(odd.outputs == outputs && (even.taps == odd.taps || even.taps == odd.taps + 1));
  constexpr double growth_squared() const {
    return (even.growth_squared() * even.taps + odd.growth_squared() * odd.taps) / taps;
  }
};

constexpr DirectAxis<1> single;
constexpr DirectAxis<2> f2x1;
constexpr DirectAxis<3> f3x1;
constexpr DirectAxis<4> f4x1;

constexpr TileAxis<2, 2> f2x2 = TileAxis<2, 2>::at(std::array<double, 0>{}, 1.0);
constexpr TileAxis<3, 2> f3x2 = TileAxis<3, 2>::at(std::array{1.0});
constexpr TileAxis<4, 2> f4x2 = TileAxis<4, 2>::at(std::array{1.0}, 0.5);

constexpr TileAxis<2, 3> f2x3 = TileAxis<2, 3>::at(std::array{1.0});
/// The points 3/4 and 3/2 instead of the textbook's 1 and 2: half the growth at the same cost.
constexpr TileAxis<4, 3> f4x3 = TileAxis<4, 3>::at(std::array{0.75, 1.5});
constexpr TileAxis<6, 3> f6x3 = TileAxis<6, 3>::at(std::array{1.0, 2.0, 0.5});
constexpr TileAxis<2, 5> f2x5 = TileAxis<2, 5>::at(std::array{0.75, 1.5});
constexpr TileAxis<4, 5> f4x5 = TileAxis<4, 5>::at(std::array{1.0, 2.0, 0.5});
constexpr TileAxis<2, 7> f2x7 = TileAxis<2, 7>::at(std::array{1.0, 2.0, 0.5});

constexpr SplitAxis<f2x2, f2x1> f2x3s2;
constexpr SplitAxis<f3x2, f3x1> f3x3s2;
constexpr SplitAxis<f4x2, f4x1> f4x3s2;
constexpr SplitAxis<f2x3, f2x2> f2x5s2;
constexpr SplitAxis<f4x3, f4x2> f4x5s2;

}  // namespace convtune::winograd
