#pragma once

namespace convtune::fft {

/// A complex number of the highest precision that is cheap to have.
struct Root {
  long double re = 1, im = 0;
};

namespace detail {

/// Cosine and sine of an angle up to a quarter of pi, by their series.
constexpr Root by_series(long double angle) {
  Root sum{0, 0};
  long double term = 1;
  for (int n = 0; n < 30; ++n) {
    (n % 2 == 0 ? sum.re : sum.im) += n % 4 < 2 ? term : -term;
    term *= angle / static_cast<long double>(n + 1);
  }
  return sum;
}

}  // namespace detail

/// exp(-2 pi i k / n), exact where it can be: every angle is brought into the first eighth.
constexpr Root root(int k, int n) {
  k %= n;
  if (2 * k > n) {
    const Root mirrored = root(n - k, n);
    return {mirrored.re, -mirrored.im};
  }
  if (4 * k > n) {
    const Root mirrored = root(n - 2 * k, 2 * n);
    return {-mirrored.re, mirrored.im};
  }
  if (8 * k > n) {
    const Root mirrored = root(n - 4 * k, 4 * n);
    return {-mirrored.im, -mirrored.re};
  }
  constexpr long double pi = 3.141592653589793238462643383279502884L;
  const Root positive = detail::by_series(2 * pi * k / n);
  return {positive.re, -positive.im};
}

}  // namespace convtune::fft
