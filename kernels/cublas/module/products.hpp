#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include <convtune/types.hpp>

namespace convtune::cublas {

/// A matrix of a product as it is stored, row by row. Counts are in elements.
struct Matrix {
  std::int64_t row = 1;       ///< from one stored row to the next
  std::int64_t batch = 0;     ///< from one matrix of a batch to the next; 0: all are the same
  std::size_t alignment = 1;  ///< of every address that it is passed at, bytes
  bool transposed = false;    ///< stored with rows and columns exchanged
  auto operator<=>(const Matrix&) const = default;
};

/// C = A B or C += A B for each matrix of a batch, where C has `rows` and `columns`, all at
/// least 1. Sums are in f64 for f64, otherwise in f32, and rounded once to the type of the result.
struct Product {
  DataType operands = DataType::f32;  ///< f64, f32, f16 or bf16
  DataType result = DataType::f32;    ///< that of the operands; of f16 and bf16 also f32
  bool tf32 = false;                  ///< f32 operands may be rounded to tf32
  std::int64_t rows = 1, columns = 1, depth = 1, batches = 1;
  Matrix a, b, c;
  auto operator<=>(const Product&) const = default;
};

/// How much memory a product may use besides its matrices: room for partial sums of results that
/// are too small to keep a GPU busy.
std::size_t scratch_bytes(const Product& product);

/// A product whose algorithm is chosen. Not thread-safe.
class PreparedProduct {
 public:
  virtual ~PreparedProduct() = default;

  /// Puts it on the queue. `add`: C is added to. `scratch` has scratch_bytes, aligned to 64. Throws
  /// Error when the library reports a failure.
  virtual void run(const void* a, const void* b, void* c, bool add, void* scratch,
                   void* stream) const = 0;
};

/// Who multiplies: cuBLAS, or what stands for it in tests.
class Products {
 public:
  virtual ~Products() = default;

  /// Chooses the algorithm. Throws Error(environment) if there is none.
  virtual std::unique_ptr<PreparedProduct> prepare(const Product& product) const = 0;
};

}  // namespace convtune::cublas
