#include "products.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <convtune/error.hpp>
#include <convtune/tensor.hpp>

#include "block.hpp"

namespace convtune::cublas {
namespace {

using cuda::KernelFault;

void require(bool holds, const char* what) {
  if (!holds) throw KernelFault(std::string("a product with ") + what);
}

/// Stored rows and columns of a matrix.
struct Stored {
  std::int64_t rows, columns;
};

Stored stored(const Matrix& matrix, std::int64_t rows, std::int64_t columns) {
  return matrix.transposed ? Stored{columns, rows} : Stored{rows, columns};
}

void check(const Matrix& matrix, const Stored& size, const void* memory) {
  require(size.rows > 0 && size.columns > 0, "an empty matrix");
  require(matrix.row >= size.columns, "rows that overlap");
  require(reinterpret_cast<std::uintptr_t>(memory) % matrix.alignment == 0,
          "memory that is aligned less than it says");
}

/// Reads one stored row as float64.
void read(const void* memory, DataType type, std::int64_t first, std::vector<double>& row) {
  to_double(
      static_cast<const std::byte*>(memory) + first * static_cast<std::int64_t>(size_of(type)),
      type, row);
}

/// One matrix of a batch as float64, dense.
std::vector<double> dense(const Matrix& matrix, const Stored& size, std::int64_t batch,
                          const void* memory, DataType type) {
  std::vector<double> all, row(static_cast<std::size_t>(size.columns));
  all.reserve(static_cast<std::size_t>(size.rows * size.columns));
  for (std::int64_t i = 0; i < size.rows; ++i) {
    read(memory, type, batch * matrix.batch + i * matrix.row, row);
    all.insert(all.end(), row.begin(), row.end());
  }
  if (!matrix.transposed) return all;
  std::vector<double> turned(all.size());
  for (std::int64_t i = 0; i < size.rows; ++i)
    for (std::int64_t j = 0; j < size.columns; ++j)
      turned[static_cast<std::size_t>(j * size.rows + i)] =
          all[static_cast<std::size_t>(i * size.columns + j)];
  return turned;
}

class EmulatedProduct final : public PreparedProduct {
 public:
  EmulatedProduct(const Product& product, int algorithm)
      : product_(product), algorithm_(algorithm) {}

  int algorithm() const override { return algorithm_; }

  void run(const void* a, const void* b, void* c, bool add, void* scratch, void*) const override {
    const auto& [operands, result, tf32, rows, columns, depth, batches, ma, mb, mc] = product_;
    const Stored sa = stored(ma, rows, depth), sb = stored(mb, depth, columns), sc{rows, columns};
    check(ma, sa, a);
    check(mb, sb, b);
    check(mc, sc, c);
    require(!mc.transposed, "a result that is transposed");
    require(batches == 1 || mc.batch != 0, "one result of several");
    require(!tf32 || operands == DataType::f32, "tf32 of another type");
    require(result == operands || (result == DataType::f32 && size_of(operands) == 2),
            "types that cuBLAS does not have");
    // What the declared workspace has room for may be written.
    auto* const bytes = static_cast<std::byte*>(scratch);
    const std::size_t room = scratch_bytes(product_);
    std::fill_n(bytes, std::min<std::size_t>(room, 64), std::byte{0x5a});
    bytes[room - 1] = std::byte{0x5a};

    std::vector<double> sums(static_cast<std::size_t>(columns)), old(sums.size());
    for (std::int64_t batch = 0; batch < batches; ++batch) {
      const std::vector<double> left = dense(ma, sa, batch, a, operands);
      const std::vector<double> right = dense(mb, sb, batch, b, operands);
      for (std::int64_t i = 0; i < rows; ++i) {
        std::ranges::fill(sums, 0);
        for (std::int64_t k = 0; k < depth; ++k) {
          const double factor = left[static_cast<std::size_t>(i * depth + k)];
          const double* const row = right.data() + k * columns;
          for (std::int64_t j = 0; j < columns; ++j)
            sums[static_cast<std::size_t>(j)] += factor * row[j];
        }
        const std::int64_t at = batch * mc.batch + i * mc.row;
        if (add) {
          read(c, result, at, old);
          for (std::size_t j = 0; j < sums.size(); ++j) sums[j] += old[j];
        }
        from_double(sums, result,
                    static_cast<std::byte*>(c) + at * static_cast<std::int64_t>(size_of(result)));
      }
    }
  }

 private:
  Product product_;
  int algorithm_;
};

class EmulatedProducts final : public Products {
 public:
  explicit EmulatedProducts(int algorithms) : algorithms_(algorithms) {}

  std::unique_ptr<PreparedProduct> prepare(const Product& product, int algorithm) const override {
    if (algorithm >= algorithms_)
      throw Error(ErrorCode::environment, too_few_algorithms(algorithms_, algorithm));
    return std::make_unique<EmulatedProduct>(product, algorithm);
  }

 private:
  int algorithms_;
};

}  // namespace

std::unique_ptr<Products> emulated_products(int algorithms) {
  return std::make_unique<EmulatedProducts>(algorithms);
}

}  // namespace convtune::cublas
