#pragma once

#include <string>

#include <convtune/backend.hpp>

namespace convtune::blas {

// The constants and signatures of CBLAS with 32-bit sizes, written down here so that building needs
// no BLAS header and the library can be opened with local symbols.
enum Order : int { row_major = 101 };
enum Transpose : int { plain = 111, transposed = 112 };

template <class T>
using Gemm = void(Order, Transpose a, Transpose b, int m, int n, int k, T alpha, const T* A,
                  int lda, const T* B, int ldb, T beta, T* C, int ldc);
template <class T>
using Gemv = void(Order, Transpose, int m, int n, T alpha, const T* A, int lda, const T* x,
                  int incx, T beta, T* y, int incy);
template <class T>
using Ger = void(Order, int m, int n, T alpha, const T* x, int incx, const T* y, int incy, T* A,
                 int lda);

/// The routines of one element type.
template <class T>
struct Routines {
  Gemm<T>* gemm = nullptr;
  Gemv<T>* gemv = nullptr;
  Ger<T>* ger = nullptr;
};

/// OpenBLAS as it was found when first asked for. OpenMP variant: inside a parallel region a
/// routine runs on the calling thread, outside on as many as OpenMP would use.
struct Library {
  std::string problem;  ///< why it is not usable, one sentence; empty if it is
  std::string path, version, core;
  Routines<float> f32;
  Routines<double> f64;
};

/// Opens it once, with local symbols; never throws.
const Library& library();

template <class T>
const Routines<T>& routines();
template <>
inline const Routines<float>& routines<float>() {
  return library().f32;
}
template <>
inline const Routines<double>& routines<double>() {
  return library().f64;
}

}  // namespace convtune::blas
