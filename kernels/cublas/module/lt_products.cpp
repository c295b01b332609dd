// cuBLASLt stores matrices by columns: a product of rows is C' = B' A' there, where every stored
// row is a column.
#include "lt_products.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

#include <convtune/error.hpp>

#include "library.hpp"

namespace convtune::cublas {
namespace {

/// Batches that one call takes: kernels number them along an axis of a grid that ends there.
constexpr std::int64_t most_batches = 65535;

void require(cublasStatus_t status, const std::string& what) {
  if (status != CUBLAS_STATUS_SUCCESS)
    throw Error(ErrorCode::environment,
                "cuBLAS cannot " + what + ": " + library().call.status_string(status) + ".");
}

/// Owns one of cuBLASLt's objects.
template <class Pointer>
using Owned = std::unique_ptr<std::remove_pointer_t<Pointer>, cublasStatus_t (*)(Pointer)>;

template <class Pointer, class Create, class... Arguments>
Owned<Pointer> make(Create create, cublasStatus_t (*destroy)(Pointer), Arguments... arguments) {
  Pointer made = nullptr;
  require(create(&made, arguments...), "describe a product");
  return {made, destroy};
}

cudaDataType_t cuda_type(DataType type) {
  switch (type) {
    case DataType::f64: return CUDA_R_64F;
    case DataType::f16: return CUDA_R_16F;
    case DataType::bf16: return CUDA_R_16BF;
    default: return CUDA_R_32F;
  }
}

using Layout = Owned<cublasLtMatrixLayout_t>;

template <class Value>
void set(const Layout& layout, cublasLtMatrixLayoutAttribute_t attribute, const Value& value) {
  require(library().call.layout_set(layout.get(), attribute, &value, sizeof value),
          "describe a matrix");
}

/// A matrix of `rows` and `columns` as stored by rows.
Layout layout(const Matrix& matrix, DataType type, std::int64_t rows, std::int64_t columns,
              std::int64_t batches) {
  if (matrix.transposed) std::swap(rows, columns);
  const Functions& call = library().call;
  Layout made = make<cublasLtMatrixLayout_t>(call.layout_create, call.layout_destroy,
                                             cuda_type(type), static_cast<std::uint64_t>(columns),
                                             static_cast<std::uint64_t>(rows), matrix.row);
  set(made, CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT, static_cast<std::int32_t>(batches));
  set(made, CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET, matrix.batch);
  return made;
}

class LtProduct final : public PreparedProduct {
 public:
  LtProduct(const Product& product, int rank, std::shared_ptr<cublasLtContext> context)
      : product_(product),
        rank_(rank),
        context_(std::move(context)),
        portion_(std::min(product.batches, most_batches)),
        description_(describe(product)),
        a_(layout(product.a, product.operands, product.rows, product.depth, portion_)),
        b_(layout(product.b, product.operands, product.depth, product.columns, portion_)),
        c_(layout(product.c, product.result, product.rows, product.columns, portion_)),
        algorithm_(choose()) {}

  int algorithm() const override { return rank_; }

  void run(const void* a, const void* b, void* c, bool add, void* scratch,
           void* stream) const override {
    for (std::int64_t first = 0; first < product_.batches; first += portion_) {
      const std::int64_t count = std::min(portion_, product_.batches - first);
      if (portion_ < product_.batches)
        for (const Layout* each : {&a_, &b_, &c_})
          set(*each, CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT, static_cast<std::int32_t>(count));
      multiply(at(a, first * product_.a.batch, product_.operands),
               at(b, first * product_.b.batch, product_.operands),
               const_cast<void*>(at(c, first * product_.c.batch, product_.result)), add, scratch,
               stream);
    }
  }

 private:
  static const void* at(const void* memory, std::int64_t elements, DataType type) {
    return static_cast<const std::byte*>(memory) +
           elements * static_cast<std::int64_t>(size_of(type));
  }

  static Owned<cublasLtMatmulDesc_t> describe(const Product& product) {
    const Functions& call = library().call;
    const bool wide = product.operands == DataType::f64;
    const cublasComputeType_t compute = wide           ? CUBLAS_COMPUTE_64F
                                        : product.tf32 ? CUBLAS_COMPUTE_32F_FAST_TF32
                                                       : CUBLAS_COMPUTE_32F;
    auto made = make<cublasLtMatmulDesc_t>(call.description_create, call.description_destroy,
                                           compute, wide ? CUDA_R_64F : CUDA_R_32F);
    const auto transpose = [&](cublasLtMatmulDescAttributes_t attribute, bool transposed) {
      const std::int32_t value = transposed ? CUBLAS_OP_T : CUBLAS_OP_N;
      require(call.description_set(made.get(), attribute, &value, sizeof value),
              "describe a product");
    };
    transpose(CUBLASLT_MATMUL_DESC_TRANSA, product.b.transposed);
    transpose(CUBLASLT_MATMUL_DESC_TRANSB, product.a.transposed);
    return made;
  }

  /// The one of its rank among what the heuristics name. Parts of a sum are added up in the type of
  /// the sums and in a fixed order: reductions in place and in the result's type are left out.
  cublasLtMatmulAlgo_t choose() const {
    const Functions& call = library().call;
    const auto preference =
        make<cublasLtMatmulPreference_t>(call.preference_create, call.preference_destroy);
    const auto prefer = [&](cublasLtMatmulPreferenceAttributes_t attribute, const auto& value) {
      require(call.preference_set(preference.get(), attribute, &value, sizeof value),
              "choose an algorithm");
    };
    const auto bytes = [](std::size_t alignment) { return static_cast<std::uint32_t>(alignment); };
    prefer(CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES,
           static_cast<std::uint64_t>(scratch_bytes(product_)));
    prefer(CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK,
           std::uint32_t{CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE});
    prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, bytes(product_.b.alignment));
    prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, bytes(product_.a.alignment));
    prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, bytes(product_.c.alignment));
    prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES, bytes(product_.c.alignment));
    std::array<cublasLtMatmulHeuristicResult_t, 8> named{};
    int count = 0;
    require(
        call.heuristic(context_.get(), description_.get(), b_.get(), a_.get(), c_.get(), c_.get(),
                       preference.get(), static_cast<int>(named.size()), named.data(), &count),
        "choose an algorithm");
    int usable = 0;
    for (const auto& each : std::span(named).first(static_cast<std::size_t>(count)))
      if (each.state == CUBLAS_STATUS_SUCCESS && each.workspaceSize <= scratch_bytes(product_) &&
          usable++ == rank_)
        return each.algo;
    throw Error(ErrorCode::environment, too_few_algorithms(usable, rank_));
  }

  void multiply(const void* a, const void* b, void* c, bool add, void* scratch,
                void* stream) const {
    const float one = 1, beta = add ? 1 : 0;
    const double wide_one = 1, wide_beta = add ? 1 : 0;
    const bool wide = product_.operands == DataType::f64;
    const auto scale = [&](const float& narrow, const double& other) {
      return wide ? static_cast<const void*>(&other) : static_cast<const void*>(&narrow);
    };
    require(library().call.matmul(context_.get(), description_.get(), scale(one, wide_one), b,
                                  b_.get(), a, a_.get(), scale(beta, wide_beta), c, c_.get(), c,
                                  c_.get(), &algorithm_, scratch, scratch_bytes(product_),
                                  static_cast<cudaStream_t>(stream)),
            "start a product");
  }

  Product product_;
  int rank_;  ///< of the algorithm
  std::shared_ptr<cublasLtContext> context_;
  std::int64_t portion_;
  Owned<cublasLtMatmulDesc_t> description_;
  Layout a_, b_, c_;
  cublasLtMatmulAlgo_t algorithm_;
};

class LtProducts final : public Products {
 public:
  LtProducts() {
    cublasLtHandle_t handle = nullptr;
    require(library().call.create(&handle), "start");
    context_ = std::shared_ptr<cublasLtContext>(
        handle, [](cublasLtHandle_t one) { library().call.destroy(one); });
  }

  std::unique_ptr<PreparedProduct> prepare(const Product& product, int algorithm) const override {
    return std::make_unique<LtProduct>(product, algorithm, context_);
  }

 private:
  std::shared_ptr<cublasLtContext> context_;
};

}  // namespace

std::unique_ptr<Products> open_products() {
  return std::make_unique<LtProducts>();
}

}  // namespace convtune::cublas
