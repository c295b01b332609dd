#pragma once

#include <cstdint>
#include <type_traits>
#include <utility>

#include "../shared/lanes.hpp"
#include "root.hpp"

namespace convtune::fft {

/// Complex numbers in memory, a vector of each part, `step` elements from one to the next.
template <class T>
struct ComplexFrom {
  const T *re, *im;
  std::int64_t step;
};
template <class T>
struct ComplexTo {
  T *re, *im;
  std::int64_t step;
};

/// Calls `body` with 0 to count - 1 as constants.
template <int count, class Body>
CONVTUNE_INLINE void each(Body body) {
  [&]<int... i>(std::integer_sequence<int, i...>) __attribute__((always_inline)) {
    (body(std::integral_constant<int, i>()), ...);
  }(std::make_integer_sequence<int, count>());
}

/// Discrete Fourier transforms of vectors, each lane by itself:
///
///   X_k = sum over j of x_j exp(-2 pi i j k / n)
///
/// Exchanging real and imaginary parts of both makes it the inverse, times n.
template <class T, int bytes>
struct SmallFft {
  using Vector = typename cpu::Lanes<T, bytes>::Vector;
  static constexpr int lanes = cpu::Lanes<T, bytes>::count;

  template <int k, int n>
  CONVTUNE_INLINE static void turn(Vector& re, Vector& im) {
    constexpr Root by = root(k, n);
    constexpr T c = static_cast<T>(by.re), s = static_cast<T>(by.im);
    if constexpr (s == 0) {
      re *= c;
      im *= c;
    } else if constexpr (c == 0) {
      const Vector old = re;
      re = im * -s;
      im = old * s;
    } else {
      const Vector old = re;
      re = old * c - im * s;
      im = im * c + old * s;
    }
  }

  /// In registers and in place; n is 2, 3, 4, 5 or twice one of those there are.
  template <int n>
  CONVTUNE_INLINE static void in_registers(Vector* re, Vector* im) {
    if constexpr (n == 2)
      pair(re[0], im[0], re[1], im[1]);
    else if constexpr (n == 3)
      three(re, im);
    else if constexpr (n == 4)
      four(re, im);
    else if constexpr (n == 5)
      five(re, im);
    else
      halves<n>(re, im);
  }

  using From = ComplexFrom<T>;
  using To = ComplexTo<T>;

  /// `first` transforms' results meet in transforms of the rest (Cooley and Tukey), by way of
  /// memory that stays in the first cache.
  template <int n>
  CONVTUNE_INLINE static void run(const From& from, const To& to) {
    constexpr int first = n <= 8 ? 1 : n % 3 == 0 ? 3 : n > 32 ? 8 : 4, rest = n / first;
    static_assert(first * rest == n && rest <= 8, "there is no transform of this length");
    if constexpr (first == 1) {
      Vector re[n], im[n];
      load_all<n>(from, 0, 1, re, im);
      in_registers<n>(re, im);
      store_all<n>(to, 0, 1, re, im);
    } else {
      alignas(bytes) T middle[n * 2 * lanes];
      each<rest>([&](auto j) __attribute__((always_inline)) {
        Vector re[first], im[first];
        load_all<first>(from, j, rest, re, im);
        in_registers<first>(re, im);
        each<first>([&](auto k) __attribute__((always_inline)) { turn<j * k, n>(re[k], im[k]); });
        store_all<first>({middle, middle + lanes, 2 * lanes}, j, rest, re, im);
      });
      for (int k = 0; k < first; ++k) {
        Vector re[rest], im[rest];
        load_all<rest>({middle, middle + lanes, 2 * lanes}, k * rest, 1, re, im);
        in_registers<rest>(re, im);
        store_all<rest>(to, k, first, re, im);
      }
    }
  }

 private:
  CONVTUNE_INLINE static void pair(Vector& a_re, Vector& a_im, Vector& b_re, Vector& b_im) {
    const Vector re = b_re, im = b_im;
    b_re = a_re - re;
    b_im = a_im - im;
    a_re += re;
    a_im += im;
  }

  CONVTUNE_INLINE static void three(Vector* re, Vector* im) {
    constexpr T half = T{1} / 2, height = static_cast<T>(-root(1, 3).im);
    pair(re[1], im[1], re[2], im[2]);
    const Vector across_re = re[2] * height, across_im = im[2] * height;
    const Vector middle_re = re[0] - re[1] * half, middle_im = im[0] - im[1] * half;
    re[0] += re[1];
    im[0] += im[1];
    re[1] = middle_re + across_im;
    im[1] = middle_im - across_re;
    re[2] = middle_re - across_im;
    im[2] = middle_im + across_re;
  }

  CONVTUNE_INLINE static void four(Vector* re, Vector* im) {
    pair(re[0], im[0], re[2], im[2]);
    pair(re[1], im[1], re[3], im[3]);
    pair(re[0], im[0], re[1], im[1]);
    const Vector a_re = re[2], a_im = im[2], b_re = re[3], b_im = im[3];
    re[2] = re[1];
    im[2] = im[1];
    re[1] = a_re + b_im;
    im[1] = a_im - b_re;
    re[3] = a_re - b_im;
    im[3] = a_im + b_re;
  }

  CONVTUNE_INLINE static void five(Vector* re, Vector* im) {
    constexpr Root once = root(1, 5), twice = root(2, 5);
    constexpr T c1 = static_cast<T>(once.re), s1 = static_cast<T>(-once.im);
    constexpr T c2 = static_cast<T>(twice.re), s2 = static_cast<T>(-twice.im);
    pair(re[1], im[1], re[4], im[4]);
    pair(re[2], im[2], re[3], im[3]);
    const Vector a_re = re[0] + re[1] * c1 + re[2] * c2, a_im = im[0] + im[1] * c1 + im[2] * c2;
    const Vector b_re = re[0] + re[1] * c2 + re[2] * c1, b_im = im[0] + im[1] * c2 + im[2] * c1;
    const Vector across_a_re = re[4] * s1 + re[3] * s2, across_a_im = im[4] * s1 + im[3] * s2;
    const Vector across_b_re = re[4] * s2 - re[3] * s1, across_b_im = im[4] * s2 - im[3] * s1;
    re[0] += re[1] + re[2];
    im[0] += im[1] + im[2];
    re[1] = a_re + across_a_im;
    im[1] = a_im - across_a_re;
    re[4] = a_re - across_a_im;
    im[4] = a_im + across_a_re;
    re[2] = b_re + across_b_im;
    im[2] = b_im - across_b_re;
    re[3] = b_re - across_b_im;
    im[3] = b_im + across_b_re;
  }

  template <int n>
  CONVTUNE_INLINE static void halves(Vector* re, Vector* im) {
    constexpr int half = n / 2;
    Vector even_re[half], even_im[half], odd_re[half], odd_im[half];
    each<half>([&](auto i) __attribute__((always_inline)) {
      even_re[i] = re[2 * i];
      even_im[i] = im[2 * i];
      odd_re[i] = re[2 * i + 1];
      odd_im[i] = im[2 * i + 1];
    });
    in_registers<half>(even_re, even_im);
    in_registers<half>(odd_re, odd_im);
    each<half>([&](auto k) __attribute__((always_inline)) {
      turn<k, n>(odd_re[k], odd_im[k]);
      re[k] = even_re[k] + odd_re[k];
      im[k] = even_im[k] + odd_im[k];
      re[k + half] = even_re[k] - odd_re[k];
      im[k + half] = even_im[k] - odd_im[k];
    });
  }

  template <int count>
  CONVTUNE_INLINE static void load_all(const From& from, int first, int step, Vector* re,
                                       Vector* im) {
    each<count>([&](auto i) __attribute__((always_inline)) {
      re[i] = cpu::load<T, bytes>(from.re + (first + i * step) * from.step);
      im[i] = cpu::load<T, bytes>(from.im + (first + i * step) * from.step);
    });
  }
  template <int count>
  CONVTUNE_INLINE static void store_all(const To& to, int first, int step, const Vector* re,
                                        const Vector* im) {
    each<count>([&](auto i) __attribute__((always_inline)) {
      cpu::store<T, bytes>(to.re + (first + i * step) * to.step, re[i]);
      cpu::store<T, bytes>(to.im + (first + i * step) * to.step, im[i]);
    });
  }
};

}  // namespace convtune::fft
