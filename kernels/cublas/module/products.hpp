#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

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

/// One sentence for who asks for the algorithm of that number where there are fewer.
std::string too_few_algorithms(int there_are, int number);

/// A product whose algorithm is chosen. Not thread-safe.
class PreparedProduct {
 public:
  virtual ~PreparedProduct() = default;

  /// Which of the algorithms that there are for it, best first, it runs by.
  virtual int algorithm() const = 0;

  /// Puts it on the queue. `add`: C is added to. `scratch` has scratch_bytes, aligned to 64. Throws
  /// Error when the library reports a failure.
  virtual void run(const void* a, const void* b, void* c, bool add, void* scratch,
                   void* stream) const = 0;
};

/// Who multiplies: cuBLAS, or what stands for it in tests.
class Products {
 public:
  virtual ~Products() = default;

  /// Takes the algorithm of that number among those that the library names, best first. Throws
  /// Error(environment) if it names fewer.
  virtual std::unique_ptr<PreparedProduct> prepare(const Product& product, int algorithm) const = 0;
};

}  // namespace convtune::cublas
